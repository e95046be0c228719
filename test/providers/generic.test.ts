import type { AlertEvent } from "../../src/alerts/event.ts";
import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { generic } from "../../src/providers/generic.ts";
import { BodyError, type Reading } from "../../src/providers/provider.ts";

const read = (body: unknown) =>
  generic.read({ headers: new Headers(), body, path: "", query: new URLSearchParams(), receivedAt: 0 }) as Reading;
const one = (body: unknown): AlertEvent => {
  const [event] = read(body).events;
  if (!event || "unreadable" in event) throw new Error("unreadable");
  return event;
};

describe("generic", () => {
  it("reads the fields under the names that people use, in snake and camel case", () => {
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
      metadata: { region: "eu", team: "storage", hostname: "db-1" },
    });
    expect(one({ title: "x", source: "db-1" })).toMatchObject({ source: "db-1", metadata: {} });
  });

  it.each(["title", "name", "summary", "message"])("takes %s for the title", (name) => {
    expect(one({ [name]: "x" }).title).toBe("x");
  });

  it.each(["description", "body", "details"])("takes %s for the description", (name) => {
    expect(one({ title: "x", [name]: "y" }).description).toBe("y");
  });

  it("describes the title by the message beside it", () => {
    expect(one({ title: "x", message: "y" })).toMatchObject({ title: "x", description: "y", metadata: {} });
    expect(one({ title: "x", message: "y", description: "z" })).toMatchObject({
      description: "z",
      metadata: { message: "y" },
    });
  });

  it.each(["id", "externalId", "alertId", "dedupKey", "external_id", "alert_id", "dedup_key", "ALERT-ID"])(
    "takes %s for the key",
    (name) => {
      expect(one({ title: "x", [name]: "k" })).toMatchObject({ alertKey: "k", externalId: "k", metadata: {} });
    },
  );

  it("prefers the key made for deduplication to the id of one sending", () => {
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

  it("takes a status that it does not know for a trigger, and keeps it", () => {
    expect(one({ title: "x", status: "purple" })).toMatchObject({ action: "trigger", metadata: { status: "purple" } });
  });

  it("takes a severity that it does not know for MEDIUM, and keeps it", () => {
    expect(one({ title: "x", severity: "purple" })).toMatchObject({
      severity: "MEDIUM",
      metadata: { severity: "purple" },
    });
  });

  it("counts numbers as priorities, but not as log levels", () => {
    expect([one({ priority: 1 }).severity, one({ severity: "4" }).severity, one({ level: 1 }).severity]).toEqual([
      "CRITICAL",
      "LOW",
      "MEDIUM",
    ]);
  });

  it("resolves by a level of ok only where the event names its alert and no status says otherwise", () => {
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

  it("reads an array as a batch, in which one bad element drops no other", () => {
    const { events } = read([{ title: "a" }, 7, { title: "b" }]);
    expect(events).toMatchObject([{ title: "a" }, { unreadable: "/1: expected a JSON object" }, { title: "b" }]);
  });

  it("says that it recognised nothing where it did not", () => {
    expect(read({ foo: 1 })).toMatchObject({
      isRecognised: false,
      events: [{ title: "Untitled alert", metadata: { foo: 1 } }],
    });
    expect(read({ id: 1 }).isRecognised).toBe(true);
  });

  it.each([[null], [1], ["text"], [{}], [[1, 2]], [[{}]]])("refuses %j", (body) => {
    expect(() => read(body)).toThrow(BodyError);
  });

  it("refuses a batch past its bound as a whole, and says so", () => {
    expect(() => read(Array.from({ length: 10_001 }, () => ({ title: "x" })))).toThrow("at most 10000");
  });

  property.prop([fc.jsonValue()], { numRuns: 2000 })("reads or refuses any JSON, and loses no field", (body) => {
    const parsed = JSON.parse(JSON.stringify(body)) as unknown;
    try {
      for (const event of read(parsed).events) {
        if ("unreadable" in event) continue;
        expect(["trigger", "acknowledge", "resolve"]).toContain(event.action);
        expect(event.title).not.toBe("");
      }
    } catch (error) {
      expect(error).toBeInstanceOf(BodyError);
    }
  });
});
