import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { readReports, statesOf } from "../../src/api/object-reports.ts";
import { withinMs } from "../../src/api/time-limit.ts";
import { homeWriter } from "../../src/objects/integration/writer-calls.ts";
import { createIntegration, deliver, objectOf, type TestIntegration, until } from "../support/worker.ts";

const LIMITS = withinMs(60_000);
const MAX_CALLS = 10;

/** The environment, with the names of the objects and Writers that were called. */
function watched(isWriterUp = true) {
  const objects: string[] = [];
  const writers: string[] = [];
  const watch = <T extends object>(namespace: T, names: string[], isUp = true): T =>
    new Proxy(namespace, {
      get: (target, property) =>
        property === "getByName"
          ? (name: string) => {
              names.push(name);
              if (!isUp) throw new Error("cannot be reached");
              return (target as unknown as typeof env.INTEGRATIONS).getByName(name);
            }
          : (Reflect.get(target, property) as unknown),
    });
  return {
    objects,
    writers,
    env: {
      ...env,
      INTEGRATIONS: watch(env.INTEGRATIONS, objects),
      WRITER_OBJECTS: watch(env.WRITER_OBJECTS, writers, isWriterUp),
    },
  };
}

const owner = ({ id }: TestIntegration) => ({ id, mostShards: 1 });

const stateOf = async (at: Env, integration: TestIntegration, maxCalls = MAX_CALLS) =>
  (await statesOf(at, await readReports(at, LIMITS), [owner(integration)], LIMITS, maxCalls)).get(integration.id);

const hasReported = (integration: TestIntegration) =>
  until(async () => {
    const report = (await readReports(env, LIMITS)).byObject.get(integration.id);
    return report?.rows === 0 && report.totals.accepted === 1;
  });

describe("the state of an integration", () => {
  it("comes from the Writers, one call to each, once its object has reported", async () => {
    const integration = await createIntegration();
    await deliver(integration, { title: "one" });
    await hasReported(integration);
    const { env: at, objects, writers } = watched();
    expect(await stateOf(at, integration)).toMatchObject({
      rows: 0,
      totals: { accepted: 1 },
      isHeartbeatMissed: false,
    });
    expect([objects, writers.toSorted()]).toEqual([[], ["0", "1", "2", "3"]]);
  });

  it("comes from one call of the object if there is no report", async () => {
    const silent = await createIntegration();
    const { env: at, objects } = watched();
    expect(await stateOf(at, silent)).toMatchObject({ rows: 0, totals: { accepted: 0 } });
    await stateOf(at, silent);
    expect(objects).toEqual([silent.id]);
    await deliver(silent, { title: "one" });
    await hasReported(silent);
    expect(await stateOf(at, silent)).toMatchObject({ totals: { accepted: 1 } });
  });

  it("comes from the object again after a Writer restarted, which has forgotten the reports", async () => {
    const integration = await createIntegration();
    expect(await stateOf(env, integration)).toMatchObject({ totals: { accepted: 0 } });
    await deliver(integration, { title: "one" });
    await hasReported(integration);
    const writer = homeWriter(integration.id, Number(env.WRITERS));
    await evictDurableObject(env.WRITER_OBJECTS.getByName(String(writer)));
    expect(await stateOf(env, integration)).toMatchObject({ totals: { accepted: 1 } });
  });

  it("comes from the object while a Writer does not answer, also if it was known", async () => {
    const integration = await createIntegration();
    await stateOf(env, integration);
    await deliver(integration, { title: "one" });
    const { env: at, objects } = watched(false);
    expect((await readReports(at, LIMITS)).writers).toBeNull();
    expect(await stateOf(at, integration)).toMatchObject({ totals: { accepted: 1 } });
    expect(objects).toEqual([integration.id]);
  });

  it("is unknown over the limit of calls, unless it was known before", async () => {
    const integration = await createIntegration();
    expect(await stateOf(env, integration, 0)).toBeNull();
    await stateOf(env, integration);
    await evictDurableObject(env.WRITER_OBJECTS.getByName("0"));
    expect(await stateOf(env, integration, 0)).toMatchObject({ totals: { accepted: 0 } });
  });

  it("comes from the objects whose state is unknown or oldest, up to the limit of calls", async () => {
    const owners = [
      owner(await createIntegration()),
      owner(await createIntegration()),
      owner(await createIntegration()),
    ];
    const { env: at, objects } = watched();
    for (let scrape = 0; scrape < 3; scrape++) {
      await statesOf(at, await readReports(at, LIMITS), owners, LIMITS, 1);
      // The states that are known are no longer the latest.
      await evictDurableObject(env.WRITER_OBJECTS.getByName("0"));
    }
    expect(objects.toSorted()).toEqual(owners.map(({ id }) => id).toSorted());
  });

  it("comes from the object each time while its quarantine has entries", async () => {
    const integration = await createIntegration();
    const replies = [{ quarantined: 1 }, { quarantined: 0 }];
    const stats = await objectOf(integration).getStats();
    const at = {
      ...env,
      INTEGRATIONS: {
        jurisdiction: () => at.INTEGRATIONS,
        getByName: () => ({ getStats: () => Promise.resolve({ ...stats, ...replies.shift() }) }),
      } as unknown as Env["INTEGRATIONS"],
    };
    expect(await stateOf(at, integration)).toMatchObject({ quarantined: 1 });
    expect(await stateOf(at, integration)).toMatchObject({ quarantined: 0 });
  });
});
