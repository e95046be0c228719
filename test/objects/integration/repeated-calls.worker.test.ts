/** A repeated call gets the same replies and changes nothing, also after other calls. */
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { MINUTE } from "../../../src/lib/time.ts";
import type { AcceptReply, Delivery, IntegrationConfig } from "../../../src/objects/integration/rpc.ts";
import { Store } from "../../../src/objects/integration/store/index.ts";
import {
  alertsOf,
  createIntegration,
  deliveriesOf,
  flushed,
  objectOf,
  type TestIntegration,
} from "../../support/worker.ts";
import { deliveryFor, eventOf, newCall } from "./delivery.ts";

const content = (value: string) => ({ kind: "fingerprint", value }) as const;

/** A delivery of one event under a content fingerprint. */
const statement = (config: IntegrationConfig, action: "trigger" | "resolve", key = "k"): Delivery => ({
  ...deliveryFor(config),
  dedupKey: content(`${action} ${key}`),
  events: [eventOf(action, key)],
});

/** Accepted, a duplicate, a change of the alert, accepted anew, no events, and an event without effect. */
const everyKind = (config: IntegrationConfig): Delivery[] => [
  statement(config, "trigger"),
  statement(config, "trigger"),
  statement(config, "resolve"),
  statement(config, "trigger"),
  deliveryFor(config),
  { ...deliveryFor(config), events: [eventOf("resolve", "unknown"), eventOf("trigger", null)] },
];

const statusesOf = (replies: readonly AcceptReply[]) =>
  replies.map((reply) => (reply.kind === "decided" ? reply.status : reply.kind));

/** Makes calls one after another, then something else, and then the same calls. */
async function repeatCalls(
  settings: Record<string, unknown>,
  calls: (config: IntegrationConfig) => Delivery[][],
  between: (integration: TestIntegration) => Promise<void>,
): Promise<AcceptReply[]> {
  const integration = await createIntegration(settings);
  const config = (await objectOf(integration).config())!;
  const all = calls(config).map((deliveries) => ({ call: newCall(), deliveries }));
  const callAll = async () => {
    const replies: AcceptReply[] = [];
    for (const { call, deliveries } of all) replies.push(...(await objectOf(integration).accept(call, deliveries)));
    return replies;
  };
  const first = await callAll();
  await between(integration);
  const [alerts, count] = [await alertsOf(integration), (await deliveriesOf(integration)).length];
  expect(await callAll()).toEqual(first);
  expect(await alertsOf(integration)).toEqual(alerts);
  expect(await deliveriesOf(integration)).toHaveLength(count);
  return first;
}

const one = (config: IntegrationConfig): Delivery[][] => [everyKind(config)];
const each = (config: IntegrationConfig): Delivery[][] => everyKind(config).map((delivery) => [delivery]);

const SITUATIONS: [string, (integration: TestIntegration) => Promise<void>][] = [
  ["at once", async () => {}],
  ["after a flush", async (integration) => void (await flushed(integration))],
  ["after an eviction", (integration) => evictDurableObject(objectOf(integration))],
  ["with other deliveries since", (integration) => moreDeliveries(integration)],
  ["after a turn of the tables", (integration) => turn(integration)],
  ["with a newer config", (integration) => reconfigure(integration)],
];

describe.each(SITUATIONS)("A call that is repeated %s", (_, between) => {
  it.each([
    ["in one call", one],
    ["in a call each", each],
  ])("gets the same replies, with a dedup window, %s", async (__, calls) => {
    expect(statusesOf(await repeatCalls({}, calls, between))).toEqual([
      "ACCEPTED",
      "DUPLICATE",
      "ACCEPTED",
      "ACCEPTED",
      "ACCEPTED",
      "ACCEPTED",
    ]);
  });

  it.each([
    ["in one call", one],
    ["in a call each", each],
  ])("gets the same replies, with a window of 0, %s", async (__, calls) => {
    const replies = await repeatCalls({ deduplicationWindowMinutes: 0 }, calls, between);
    expect(statusesOf(replies)).toEqual(Array(6).fill("ACCEPTED"));
  });
});

async function moreDeliveries(integration: TestIntegration): Promise<void> {
  const config = (await objectOf(integration).config())!;
  for (let round = 0; round < 3; round++) {
    const deliveries = [statement(config, "trigger", "other"), statement(config, "resolve", "other")];
    await objectOf(integration).accept(newCall(), deliveries);
  }
}

/** Puts the entries into the older table. */
async function turn(integration: TestIntegration): Promise<void> {
  await runInDurableObject(objectOf(integration), (_, { storage }) => {
    const { meta } = new Store(storage);
    meta.keyTurn = { ...meta.keyTurn!, turnedAt: Date.now() - 11 * MINUTE };
  });
  await evictDurableObject(objectOf(integration));
  await moreDeliveries(integration);
  const current = await runInDurableObject(
    objectOf(integration),
    (_, { storage }) => new Store(storage).meta.keyTurn?.current,
  );
  expect(current).toBe(1);
}

async function reconfigure(integration: TestIntegration): Promise<void> {
  const config = (await objectOf(integration).config())!;
  await objectOf(integration).configure({ ...config, version: config.version + 1 });
}

describe("A replay", () => {
  it("is decided once, also after the tables of dedup keys have turned twice", async () => {
    const integration = await createIntegration();
    const config = (await objectOf(integration).config())!;
    const original = statement(config, "trigger");
    await objectOf(integration).accept(newCall(), [original]);
    const id = deliveryFor(config).id;
    const replay: Delivery = {
      ...original,
      id,
      replayOf: original.id,
      dedupKey: { kind: "key", value: `replay:${id}` },
    };
    const first = await objectOf(integration).accept(newCall(), [replay]);
    await turn(integration);
    await runInDurableObject(objectOf(integration), (_, { storage }) => {
      storage.sql.exec("DROP TABLE dedup_keys_0; CREATE TABLE dedup_keys_0 AS SELECT * FROM dedup_keys_1 WHERE FALSE");
    });
    expect(await objectOf(integration).accept(newCall(), [replay])).toEqual(first);
    expect((await alertsOf(integration)).find(({ alertKey }) => alertKey === "k")).toMatchObject({ occurrences: 2 });
  });
});
