import type { AlertEvent } from "../../src/alerts/event.ts";
import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { boundEvent, boundEvents, boundKey, MAX_KEY } from "../../src/alerts/bounds.ts";
import { runs } from "../support/runs.ts";

const event = (fields: Partial<AlertEvent>): AlertEvent => ({
  action: "trigger",
  alertKey: null,
  externalId: null,
  eventId: null,
  title: "t",
  description: null,
  severity: "LOW",
  source: null,
  url: null,
  occurredAt: null,
  endsAcknowledgement: false,
  startedAt: null,
  expiresAt: null,
  snoozedUntil: null,
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

  it("writes texts in the Unicode form in which people search", async () => {
    const bound = await boundEvent(event({ title: "Bu\u0308ro", alertKey: "Bu\u0308ro" }));
    expect([bound.title, bound.alertKey]).toEqual(["B\u00fcro", "Bu\u0308ro"]);
  });

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

describe("boundEvents", () => {
  const LIMIT = 8 * 1024 * 1024;

  it("keeps ordinary events as boundEvent does, however many", async () => {
    const events = Array.from({ length: 10_000 }, (_, i) =>
      event({
        title: `Disk ${i}`,
        metadata: { labels: { alertname: "Disk", instance: `db-${i}` }, groupKey: "{}:{}" },
      }),
    );
    expect(await boundEvents(events)).toEqual(await Promise.all(events.map((one) => boundEvent(one))));
  });

  it("keeps the own fields of many events that share large ones", async () => {
    const groupKey = "g".repeat(12_000);
    const events = Array.from({ length: 3500 }, (_, i) =>
      event({ title: `Disk ${i}`, metadata: { labels: { alertname: "Disk", instance: `db-${i}` }, groupKey } }),
    );
    const bound = await boundEvents(events);
    expect(bound.slice(-1)).toMatchObject([
      { title: "Disk 3499", metadata: { labels: { alertname: "Disk", instance: "db-3499" }, omitted: ["groupKey"] } },
    ]);
  });

  property.prop(
    [
      fc.integer({ min: 1, max: 10_000 }),
      fc.record({
        title: anyText,
        description: fc.option(anyText),
        source: fc.option(anyText),
        externalId: fc.option(anyText),
        note: fc.option(anyText),
        metadata: fc.dictionary(fc.string(), fc.oneof(anyText, fc.dictionary(fc.string(), anyText), fc.jsonValue())),
      }),
    ],
    { numRuns: runs(100) },
  )("bounds a delivery of any events together", async (count, fields) => {
    const bound = await boundEvents(Array.from({ length: count }, () => event(fields)));
    const size = bound.reduce((sum, one) => sum + JSON.stringify(one).length, 0);
    // Names and fixed fields of each event come on top.
    expect(size).toBeLessThan(1.2 * LIMIT + count * 500);
  });

  it("cuts the reason of an unreadable event", async () => {
    const [bound] = await boundEvents([{ unreadable: "x".repeat(9000) }]);
    expect((bound as { unreadable: string }).unreadable).toHaveLength(300);
  });
});
