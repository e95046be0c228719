import { describe, expect, it } from "vitest";
import type { Submittable } from "../../src/ingest/delivery.ts";
import { Rejection } from "../../src/ingest/rejection.ts";
import { PROVIDERS } from "../../src/providers/index.ts";
import type { Mapping } from "../../src/providers/mapping.ts";
import { inWindows1252, LARGE_BATCHES, ODD_MEMBERS, withOddMembers } from "../support/odd-bodies.ts";
import { readDelivery } from "../support/read-delivery.ts";

const MAPPING: Mapping = { language: "jsonata", events: "incidents", title: "name" };

describe.each([...PROVIDERS.values()])("$id", (provider) => {
  it.each(Object.entries(ODD_MEMBERS))("normalizes or rejects a body with %s", async (_, members) => {
    const result = await readDelivery(provider, {
      body: withOddMembers(provider.sample.body, members),
      mapping: MAPPING,
    });
    if (result instanceof Rejection) return expect([400, 415]).toContain(result.problem.status);
    for (const event of (result as Submittable).events) {
      const text = JSON.stringify(event);
      // Postgres stores neither of them.
      expect([text.includes(String.raw`\u0000`), /\\ud[89a-f]/i.test(text)]).toEqual([false, false]);
    }
  });

  it("reads a body that is not UTF-8 as windows-1252, with a note", async () => {
    const result = await readDelivery(provider, { body: inWindows1252(provider.sample.body), mapping: MAPPING });
    if (result instanceof Rejection) return expect([400, 415]).toContain(result.problem.status);
    // A message states the charset of each of its parts.
    if (provider.formats?.includes("message")) return;
    expect((result as Submittable).note).toContain("windows-1252");
    expect(JSON.stringify((result as Submittable).input.body)).not.toContain("\uFFFD");
  });
});

describe("a batch of 10,000 events", () => {
  it.each(Object.entries(LARGE_BATCHES))("is read completely by %s", async (id, body) => {
    const result = await readDelivery(PROVIDERS.get(id)!, {
      body: JSON.stringify(body()),
      mapping: { language: "jsonata", alertKey: "id", title: "title" },
    });
    const { events } = result as Submittable;
    expect(events).toHaveLength(10_000);
    expect(events.filter((event) => "unreadable" in event)).toEqual([]);
  });
});

describe("a lone surrogate in an element that a mapping reads", () => {
  it("has a content fingerprint", async () => {
    const body = String.raw`{"incidents":[{"id":"\ud800","name":"x"}]}`;
    const result = await readDelivery(PROVIDERS.get("custom")!, { body, mapping: MAPPING });
    expect((result as Submittable).contentFingerprint).toMatch(/^[0-9a-f]{64}$/);
  });
});
