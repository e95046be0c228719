import { html } from "hono/html";
import { describe, expect, it } from "vitest";
import { Actor } from "../../../src/console/parts/actor.tsx";
import { parseAuditActor } from "../../../src/lib/actor.ts";

const shown = async (stored: string) => (await html`${Actor({ actor: parseAuditActor(stored) })}`).toString();

describe("the actor of an audit event", () => {
  it("is shown as not signed in, not as Tocsin itself", async () => {
    expect(await shown("unauthenticated")).toContain("by somebody who is not signed in");
    expect(await shown("tocsin")).toContain("automatically");
    expect(await shown("api:root")).toContain("with the root key");
  });
});
