import { fc, test as property } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { chunkOf, entriesOf, type SingleEntry } from "../../../src/objects/integration/chunk-entries.ts";
import { runs } from "../../support/runs.ts";

const arbitraryEntry: fc.Arbitrary<SingleEntry> = fc
  .record({ id: fc.string({ unit: "grapheme" }), body: fc.uint8Array({ maxLength: 9 }) })
  .map(({ id, body }) => ({
    entry: {
      seen: [{ id, last_seen_at: "" }],
      ...(body.length > 0 && { body: { at: 0, bytes: body.length, kind: "bytes" as const } }),
    },
    body,
  }));

describe("A chunk", () => {
  property.prop([fc.array(arbitraryEntry, { minLength: 1 })], { numRuns: runs(500) })(
    "has the same entries and bodies after it was taken apart",
    (entries) => {
      const chunk = chunkOf(entries);
      expect(entriesOf(chunk)).toEqual(entries);
      expect(chunk.bytes).toBe(Buffer.byteLength(chunk.entries) + chunk.bodies.length);
    },
  );
});
