import type { AlertEvent } from "../../src/alerts/event.ts";
import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { boundEvent, boundKey, MAX_KEY } from "../../src/alerts/bounds.ts";
import { runs } from "../support/runs.ts";

const event = (fields: Partial<AlertEvent>): AlertEvent => ({
  action: "trigger",
  alertKey: null,
  externalId: null,
  title: "t",
  description: null,
  severity: "LOW",
  source: null,
  url: null,
  occurredAt: null,
  startedAt: null,
  expiresAt: null,
  note: null,
  author: null,
  metadata: {},
  ...fields,
});

const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.string({ unit: "binary" }).map((text) => text.repeat(9000).slice(0, 90_000)),
);

describe("boundEvent", () => {
  property.prop([anyText, anyText, fc.dictionary(fc.string(), fc.jsonValue())], { numRuns: runs(1000) })(
    "returns only values that Postgres can store, within the limits",
    async (title, description, metadata) => {
      const bound = await boundEvent(event({ title, description, metadata, alertKey: title }));
      for (const text of [bound.title, bound.description, bound.alertKey, ...Object.keys(bound.metadata)]) {
        expect(text?.includes("\0")).not.toBe(true);
        expect(text?.isWellFormed()).not.toBe(false);
      }
      expect(bound.title.length).toBeGreaterThan(0);
      expect(bound.title.length).toBeLessThanOrEqual(16_384);
      expect(bound.alertKey?.length).toBeLessThanOrEqual(MAX_KEY);
      expect(JSON.stringify(bound.metadata).length).toBeLessThan(90_000);
    },
  );

  it("keeps metadata entries while they fit, and names the omitted ones", async () => {
    const { metadata } = await boundEvent(event({ metadata: { small: 1, huge: "x".repeat(70_000), last: true } }));
    expect(metadata).toEqual({ small: 1, last: true, omitted: ["huge"] });
  });

  it("accepts only http and https links", async () => {
    const urls = ["https://x.test/a?b", "http://x.test", "javascript:alert(1)", "data:text/html,x", "//x", "nonsense"];
    const bound = await Promise.all(urls.map(async (url) => (await boundEvent(event({ url }))).url));
    expect(bound).toEqual(["https://x.test/a?b", "http://x.test", null, null, null, null]);
  });
});

describe("boundKey", () => {
  it("keeps long keys with the same beginning distinct", async () => {
    const [a, b] = await Promise.all([boundKey(`${"k".repeat(9000)}a`), boundKey(`${"k".repeat(9000)}b`)]);
    expect(a).not.toBe(b);
    expect(a.length).toBeLessThanOrEqual(MAX_KEY);
    expect(await boundKey("short")).toBe("short");
  });
});
