import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { boundMetadata } from "../../src/alerts/bound-metadata.ts";
import { runs } from "../support/runs.ts";

const LIMIT = 65_536;

/** Labels with values of 60 characters. */
const manyLabels = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`label_${i}`, "x".repeat(60)]));

describe("boundMetadata", () => {
  it("keeps metadata that fits as it is", () => {
    const metadata = { labels: manyLabels(100), tags: ["a"], n: 1, nothing: null };
    expect(boundMetadata(metadata, LIMIT)).toEqual(metadata);
  });

  it("keeps as many labels as fit, the short ones first, and names the others", () => {
    const labels = { ...manyLabels(1500), alertname: "BigOne", instance: "db-1" };
    const { labels: kept, omitted, receiver } = boundMetadata({ labels, receiver: "tocsin" }, LIMIT);
    expect([kept, receiver]).toMatchObject([{ alertname: "BigOne", instance: "db-1" }, "tocsin"]);
    expect(Object.keys(kept as object).length).toBeGreaterThan(600);
    expect((omitted as string[])[0]).toMatch(/^labels\.label_\d+$/);
    expect(omitted).toHaveLength(100);
    expect((omitted as string[]).at(-1)).toBe("…");
  });

  it("shares the room between large objects", () => {
    const { labels, annotations } = boundMetadata(
      { annotations: { summary: "s", ...manyLabels(5000) }, labels: { alertname: "a", ...manyLabels(5000) } },
      LIMIT,
    );
    expect([annotations, labels]).toMatchObject([{ summary: "s" }, { alertname: "a" }]);
    for (const kept of [labels, annotations]) expect(Object.keys(kept as object).length).toBeGreaterThan(250);
  });

  it("keeps the parts of nested objects, and names long texts and lists that do not fit", () => {
    const long = "x".repeat(70_000);
    const metadata = {
      customDetails: { host: { name: "db-1", dump: long }, log: [long] },
      annotations: { summary: long },
    };
    expect(boundMetadata(metadata, LIMIT)).toEqual({
      customDetails: { host: { name: "db-1" } },
      omitted: expect.toSatisfy(
        (names: string[]) =>
          names.toSorted().join() === "annotations.summary,customDetails.host.dump,customDetails.log",
      ),
    });
  });

  property.prop(
    [
      fc.dictionary(
        fc.string({ unit: "binary" }),
        fc.oneof(
          fc.jsonValue(),
          fc.string({ unit: "binary" }).map((text) => text.repeat(3000)),
          fc.dictionary(
            fc.string(),
            fc.string().map((text) => text.repeat(500)),
          ),
        ),
      ),
      fc.integer({ min: 200, max: LIMIT }),
    ],
    { numRuns: runs(2000) },
  )("never exceeds the limit, changes no value that it keeps whole, and names the others", (metadata, limit) => {
    const bound = boundMetadata(metadata, limit);
    const text = JSON.stringify(bound);
    expect(text.length).toBeLessThanOrEqual(limit);
    expect([text.isWellFormed(), text.includes(String.raw`\u0000`)]).toEqual([true, false]);
    if (!Object.hasOwn(bound, "omitted")) expect(Object.keys(bound)).toHaveLength(Object.keys(metadata).length);
  });
});
