import type { AlertEvent } from "../../src/alerts/event.ts";
import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { generic } from "../../src/providers/generic.ts";
import { BodyError, type Reading } from "../../src/providers/provider.ts";
import { runs } from "../support/runs.ts";

const read = (body: unknown) =>
  generic.read({ headers: new Headers(), body, path: "", query: new URLSearchParams(), receivedAt: 0 }) as Reading;
const one = (body: unknown): AlertEvent => {
  const [event] = read(body).events;
  if (!event || "unreadable" in event) throw new Error("unreadable");
  return event;
};

describe("generic", () => {
  it("reads fields with common names, in snake and camel case", () => {
    expect(
      one({
        external_id: 42,
        summary: "Disk full",
        details: "97 %",
        Priority: "P2",
        state: "firing",
        occurred_at: "2026-10-01T12:00:00+02:00",
        hostname: "db-1",
        link: "https://x.test",
        team: "storage",
        metadata: { region: "eu" },
      }),
    ).toEqual({
      action: "trigger",
      alertKey: "42",
      externalId: "42",
      title: "Disk full",
      description: "97 %",
      severity: "HIGH",
      source: "db-1",
      url: "https://x.test",
      occurredAt: Date.UTC(2026, 9, 1, 10),
      startedAt: null,
      expiresAt: null,
      note: null,
      author: null,
      metadata: { region: "eu", team: "storage", hostname: "db-1" },
    });
    expect(one({ title: "x", source: "db-1" })).toMatchObject({ source: "db-1", metadata: {} });
  });

  it.each(["title", "name", "summary", "message"])("reads %s as the title", (name) => {
    expect(one({ [name]: "x" }).title).toBe("x");
  });

  it.each(["description", "body", "details"])("reads %s as the description", (name) => {
    expect(one({ title: "x", [name]: "y" }).description).toBe("y");
  });

  it("reads a message beside a title as the description", () => {
    expect(one({ title: "x", message: "y" })).toMatchObject({ title: "x", description: "y", metadata: {} });
    expect(one({ title: "x", message: "y", description: "z" })).toMatchObject({
      description: "z",
      metadata: { message: "y" },
    });
  });

  it.each(["id", "externalId", "alertId", "dedupKey", "external_id", "alert_id", "dedup_key", "ALERT-ID"])(
    "reads %s as the alert key",
    (name) => {
      expect(one({ title: "x", [name]: "k" })).toMatchObject({ alertKey: "k", externalId: "k", metadata: {} });
    },
  );

  it("prefers a deduplication key to an id", () => {
    expect(one({ title: "x", id: "1", dedup_key: "k" })).toMatchObject({ alertKey: "k", externalId: "1" });
  });

  it.each([
    ["resolve", ["resolved", "OK", "closed", "recovered", "up", "cleared", "Success"]],
    ["acknowledge", ["acknowledged", "ack", "ACKED"]],
    ["trigger", ["firing", "triggered", "open", "alerting", "down", "problem", "error"]],
  ])("reads %s in status, state and action", (action, words) => {
    for (const word of words) {
      for (const name of ["status", "state", "action", "event_type"])
        expect(one({ title: "x", [name]: word }).action).toBe(action);
    }
  });

  it("reads an unknown status as a trigger, and keeps it in the metadata", () => {
    expect(one({ title: "x", status: "purple" })).toMatchObject({ action: "trigger", metadata: { status: "purple" } });
  });

  it("reads an unknown severity as MEDIUM, and keeps it in the metadata", () => {
    expect(one({ title: "x", severity: "purple" })).toMatchObject({
      severity: "MEDIUM",
      metadata: { severity: "purple" },
    });
  });

  it("reads numbers as priorities, except in level", () => {
    expect([one({ priority: 1 }).severity, one({ severity: "4" }).severity, one({ level: 1 }).severity]).toEqual([
      "CRITICAL",
      "LOW",
      "MEDIUM",
    ]);
  });

  it("reads level ok as a resolve only with an alert key and without a status", () => {
    expect(one({ id: "k", title: "x", level: "ok" }).action).toBe("resolve");
    expect(one({ title: "x", level: "ok" }).action).toBe("trigger");
    expect(one({ id: "k", title: "x", level: "ok", status: "firing" }).action).toBe("trigger");
  });

  it.each([
    ["2026-10-01T12:00:00Z", Date.UTC(2026, 9, 1, 12)],
    [1_790_856_000, Date.UTC(2026, 9, 1, 12)],
    [1_790_856_000_123, Date.UTC(2026, 9, 1, 12) + 123],
    ["1790856000", Date.UTC(2026, 9, 1, 12)],
    ["yesterday", null],
  ])("reads the timestamp %j", (timestamp, expected) => {
    expect(one({ title: "x", timestamp }).occurredAt).toBe(expected);
  });

  it("reads an array as a batch, with an invalid element beside valid ones", () => {
    const { events } = read([{ title: "a" }, 7, { title: "b" }]);
    expect(events).toMatchObject([{ title: "a" }, { unreadable: "/1: expected a JSON object" }, { title: "b" }]);
  });

  it("reports when it recognized no field", () => {
    expect(read({ foo: 1 })).toMatchObject({
      isRecognized: false,
      events: [{ title: "Untitled alert", metadata: { foo: 1 } }],
    });
    expect(read({ id: 1 }).isRecognized).toBe(true);
  });

  it.each([[null], [1], ["text"], [{}], [[1, 2]], [[{}]]])("rejects %j", (body) => {
    expect(() => read(body)).toThrow(BodyError);
  });

  it("rejects a batch over the limit, and names the limit", () => {
    expect(() => read(Array.from({ length: 10_001 }, () => ({ title: "x" })))).toThrow("the limit is 10000");
  });

  property.prop([fc.jsonValue()], { numRuns: runs(2000) })("reads any JSON or throws BodyError", (body) => {
    const parsed = JSON.parse(JSON.stringify(body)) as unknown;
    try {
      for (const event of read(parsed).events) {
        if ("unreadable" in event) continue;
        expect(["trigger", "acknowledge", "resolve", "note"]).toContain(event.action);
        expect(event.title).not.toBe("");
      }
    } catch (error) {
      expect(error).toBeInstanceOf(BodyError);
    }
  });
});
