import { fc, test as property } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { boundHeaders } from "../../src/ingest/bound-headers.ts";

const size = (headers: Record<string, string>): number => new TextEncoder().encode(JSON.stringify(headers)).length;

const headers = fc.uniqueArray(
  fc.tuple(fc.stringMatching(/^[a-z-]{1,40}$/), fc.string({ unit: "binary", maxLength: 1500 })),
  {
    selector: ([name]) => name,
    maxLength: 60,
  },
);

property.prop([headers, fc.integer({ min: 2, max: 8192 })])(
  "headers fit into their bound, whatever they hold",
  (given, maxBytes) => {
    expect(size(boundHeaders(given, maxBytes))).toBeLessThanOrEqual(maxBytes);
  },
);

property.prop([headers])("headers that fit are all kept, each cut to 1,024 characters", (given) => {
  expect(boundHeaders(given, 1_000_000)).toEqual(
    Object.fromEntries(given.map(([name, value]) => [name, value.slice(0, 1024).toWellFormed()])),
  );
});

it("a header that does not fit is left out, and later ones are kept", () => {
  const kept = boundHeaders(
    [
      ["a", "1"],
      ["b", "x".repeat(900)],
      ["c", "2"],
    ],
    100,
  );
  expect(kept).toEqual({ a: "1", c: "2" });
});
