import { describe, expect, it } from "vitest";
import { missingNote } from "../../src/ingest/missing-note.ts";
import { PROVIDERS } from "../../src/providers/index.ts";
import { newEvent, noEvents, singleEvent } from "../../src/providers/provider.ts";

const generic = PROVIDERS.get("generic")!;
const keyed = singleEvent(newEvent({ action: "trigger", title: "t", alertKey: "k" }));
const keyless = singleEvent(newEvent({ action: "trigger", title: "t" }));

describe("missingNote", () => {
  it("names what was not found, and the fields of the body", () => {
    const reading = { ...keyless, missing: ["title", "state"] as const };
    expect(missingNote(generic, reading, { foo: "secret", bar: 1 })).toBe(
      "no title, no state, no alert key found; fields seen: foo, bar",
    );
  });

  it("says of every provider that a trigger has no alert key", () => {
    expect(missingNote(generic, keyless, [{ foo: 1 }])).toBe("no alert key found; fields seen: foo");
  });

  it("says nothing when all was found, when a note says why, or when the delivery's id is the key", () => {
    expect(missingNote(generic, keyed, {})).toBeUndefined();
    expect(missingNote(generic, noEvents("a test"), {})).toBeUndefined();
    expect(missingNote(generic, { ...keyless, note: "placeholders" }, {})).toBeUndefined();
    expect(missingNote(PROVIDERS.get("pagerduty")!, keyless, {})).toBeUndefined();
  });

  it("is bounded, and has no text that Postgres rejects", () => {
    const body = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`\0\ud800${i}${"x".repeat(900)}`, 1]));
    const note = missingNote(generic, keyless, body)!;
    expect([note.length < 1000, note.isWellFormed(), note.includes("\0"), note.endsWith("and 30 more")]).toEqual([
      true,
      true,
      false,
      true,
    ]);
    expect(missingNote(generic, keyless, "text")).toContain("fields seen: none");
  });
});
