import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { placed } from "../../../src/objects/shared/call.ts";
import { createIntegration, deliver } from "../../support/worker.ts";

/** The calls on a fake namespace: workerd has one location and no jurisdictions. */
function recorded(OBJECTS_JURISDICTION: string, OBJECTS_LOCATION: string): unknown[] {
  const calls: unknown[] = [];
  const namespace = (of: string) => ({
    jurisdiction: (name: string) => namespace(name),
    getByName: (name: string, options?: unknown) => calls.push([of, name, options]),
  });
  const INTEGRATIONS = namespace("all") as unknown as Env["INTEGRATIONS"];
  placed(INTEGRATIONS, { OBJECTS_JURISDICTION, OBJECTS_LOCATION }).getByName("one");
  return calls;
}

describe("placed", () => {
  it("passes the jurisdiction and the location on", () => {
    expect(recorded("", "")).toEqual([["all", "one", undefined]]);
    expect(recorded("eu", "")).toEqual([["eu", "one", undefined]]);
    expect(recorded("", "weur")).toEqual([["all", "one", { locationHint: "weur" }]]);
    expect(recorded("eu", "weur")).toEqual([["eu", "one", { locationHint: "weur" }]]);
  });

  it("returns the same object for every location", async () => {
    const integration = await createIntegration();
    await deliver(integration, { id: "k", title: "a" });
    const near = placed(env.INTEGRATIONS, { ...env, OBJECTS_LOCATION: "weur" }).getByName(integration.id);
    expect(near.id.toString()).toBe(env.INTEGRATIONS.getByName(integration.id).id.toString());
  });
});
