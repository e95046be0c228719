import { describe, expect, it } from "vitest";
import { parseActor, parseAuditActor } from "../../src/lib/actor.ts";

describe("the actor of a stored text", () => {
  it.each([
    ["source", { type: "source", id: null, name: "Ada" }],
    ["tocsin", { type: "system", id: null, name: "Ada" }],
    ["api:root", { type: "apiKey", id: "root", name: "Ada" }],
    ["user:1", { type: "user", id: "1", name: "Ada" }],
  ])("of a timeline entry: %s", (stored, actor) => {
    expect(parseActor(stored, "Ada")).toEqual(actor);
  });

  it("of an audit event is `unauthenticated` when the caller was not signed in", () => {
    expect(parseAuditActor("unauthenticated")).toEqual({ type: "unauthenticated", id: null, name: null });
    expect(parseAuditActor("tocsin").type).toBe("system");
    expect(parseAuditActor("user:1")).toEqual({ type: "user", id: "1", name: null });
  });
});
