import { describe, expect, it } from "vitest";
import { Actor } from "../../../src/console/parts/actor.tsx";
import { parseAuditActor } from "../../../src/lib/actor.ts";

const shown = (stored: string) => String(Actor({ actor: parseAuditActor(stored) }));

describe("the actor of an audit event", () => {
  it("is shown as not signed in, not as Tocsin itself", () => {
    expect(shown("unauthenticated")).toContain("by somebody who is not signed in");
    expect(shown("tocsin")).toContain("automatically");
    expect(shown("api:root")).toContain("with the root key");
  });
});
