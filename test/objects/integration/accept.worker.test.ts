import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import type { Delivery } from "../../../src/objects/integration/rpc.ts";
import {
  alertsOf,
  api,
  createIntegration,
  deliver,
  deliveriesOf,
  flushed,
  objectOf,
  until,
} from "../../support/worker.ts";
import { deliveryFor, eventOf, newCall } from "./delivery.ts";

describe("accept", () => {
  it("names the unreadable events of a batch in the reason, also of a duplicate and of a replay", async () => {
    const integration = await createIntegration({
      provider: "custom",
      mapping: { events: "incidents", alertKey: "id", title: "name" },
    });
    const body = { incidents: [{ id: 1 }, { id: 2, name: "Queue is full" }, { id: 3 }] };
    const { body: accepted } = await deliver(integration, body);
    await deliver(integration, body);
    await flushed(integration);
    await api("POST", `/v1/deliveries/${accepted.deliveryId}/replay`, {});
    await flushed(integration);
    const found = await api<{ data: { reason: string }[] }>(
      "GET",
      `/v1/deliveries?integrationId=${integration.id}&query=${encodeURIComponent('reason:"unreadable events"')}`,
    );
    const note = "; unreadable events: the mapping's title returned no text (2 of 3, first /0)";
    const pattern = note.replaceAll(/[()]/g, String.raw`\$&`);
    expect(found.body.data.map(({ reason }) => reason)).toEqual([
      `accepted: replay of delivery ${accepted.deliveryId}${note}`,
      expect.stringMatching(new RegExp(`^duplicate: .*${pattern}$`)),
      expect.stringMatching(new RegExp(`^accepted: repeats .*${pattern}$`)),
    ]);
    const reasons = await api<{ data: { reason: string }[] }>(
      "GET",
      `/v1/deliveries/reasons?integrationId=${integration.id}&status=DUPLICATE`,
    );
    expect(reasons.body.data[0]?.reason).toContain(
      "unreadable events: the mapping's title returned no text (…, first /…)",
    );
  });

  it("assigns strictly rising sequences to deliveries, even after the outbox was empty and the object was evicted", async () => {
    const integration = await createIntegration();
    for (const title of ["a", "b", "c"]) {
      await deliver(integration, { title });
      await flushed(integration);
      await evictDurableObject(objectOf(integration));
    }
    expect((await deliveriesOf(integration)).map((delivery) => delivery.sequence)).toEqual([3, 2, 1]);
  });

  it("returns the same reply for a delivery that is submitted again, and records it once", async () => {
    const integration = await createIntegration();
    const config = (await objectOf(integration).config())!;
    const delivery: Delivery = { ...deliveryFor(config), events: [eventOf("trigger", null)] };
    const [first] = await objectOf(integration).accept(newCall(), [delivery]);
    const [again] = await objectOf(integration).accept(newCall(), [delivery]);
    expect(again).toEqual(first);
    expect(await deliveriesOf(integration)).toHaveLength(1);
    expect(await alertsOf(integration)).toHaveLength(1);
  });

  it("returns the same replies to a repeated call, for every kind of decision", async () => {
    const integration = await createIntegration();
    const config = (await objectOf(integration).config())!;
    const dedupKey = { kind: "fingerprint", value: "1".repeat(64) } as const;
    const deliveries: Delivery[] = [
      { ...deliveryFor(config), dedupKey, events: [eventOf("trigger", "k")] },
      // A duplicate the first time. After the resolve below, a new decision would accept it.
      { ...deliveryFor(config), dedupKey, events: [eventOf("trigger", "k")] },
      { ...deliveryFor(config), events: [eventOf("resolve", "k")] },
    ];
    const call = newCall();
    const first = await objectOf(integration).accept(call, deliveries);
    const again = await objectOf(integration).accept(call, deliveries);
    expect(again).toEqual(first);
    expect((await deliveriesOf(integration)).map(({ status }) => status)).toEqual([
      "ACCEPTED",
      "DUPLICATE",
      "ACCEPTED",
    ]);
    expect(await alertsOf(integration)).toMatchObject([{ status: "RESOLVED", occurrences: 1, version: 2 }]);
  });

  it("records no part of a delivery that it cannot record completely, so that the retry of the source is accepted", async () => {
    const integration = await createIntegration();
    const rename = (from: string, to: string) =>
      runInDurableObject(
        objectOf(integration),
        (_, { storage }) => void storage.sql.exec(`ALTER TABLE ${from} RENAME TO ${to}`),
      );
    await rename("outbox", "elsewhere");
    expect((await deliver(integration, { id: "k", title: "x" })).status).toBeOneOf([500, 503]);
    await rename("elsewhere", "outbox");
    expect((await deliver(integration, { id: "k", title: "x" })).status).toBe(202);
    expect(await alertsOf(integration)).toMatchObject([{ occurrences: 1, version: 1 }]);
    expect(await deliveriesOf(integration)).toMatchObject([{ sequence: 1 }]);
  });

  it("ends an alert and opens the next one with its key in one delivery", async () => {
    const integration = await createIntegration();
    await deliver(integration, { id: "disk", title: "first" });
    await deliver(integration, [
      { id: "disk", title: "first", status: "resolved" },
      { id: "disk", title: "second" },
    ]);
    expect((await alertsOf(integration)).map(({ title, status }) => [title, status])).toEqual([
      ["second", "OPEN"],
      ["first", "RESOLVED"],
    ]);
  });

  it("decides nothing with an older config than its own", async () => {
    const integration = await createIntegration();
    const config = (await objectOf(integration).config())!;
    await objectOf(integration).configure({ ...config, version: config.version + 1, name: "newer" });
    const [reply] = await objectOf(integration).accept(newCall(), [deliveryFor(config)]);
    expect(reply).toMatchObject({ kind: "newer-config", config: { name: "newer" } });
    await objectOf(integration).configure({ ...config, name: "older" });
    expect((await objectOf(integration).config())?.name).toBe("newer");
  });

  it("splits a delivery with ten thousand events over rows that an object can hold", async () => {
    const integration = await createIntegration();
    const reply = await deliver(
      integration,
      Array.from({ length: 10_000 }, (_, i) => ({ id: i, title: `alert ${i}` })),
    );
    expect(reply.status).toBe(202);
    expect(reply.body.alerts).toHaveLength(10_000);
    expect(await alertsOf(integration)).toHaveLength(10_000);
    expect(await objectOf(integration).getStats()).toMatchObject({ quarantined: 0 });
  });

  it("moves the last-seen time of an alert with its duplicates, and nothing else", async () => {
    const integration = await createIntegration();
    await deliver(integration, { id: "k", title: "burning" });
    await flushed(integration);
    const [before] = await alertsOf(integration);
    await until(async () => Date.now() > Date.parse(before!.lastSeenAt));
    const again = await deliver(integration, { id: "k", title: "burning" });
    expect(again.body.status).toBe("duplicate");
    await flushed(integration);
    const [after] = await alertsOf(integration);
    expect(Date.parse(after!.lastSeenAt)).toBeGreaterThan(Date.parse(before!.lastSeenAt));
    expect(after).toEqual({ ...before, lastSeenAt: after!.lastSeenAt });
    // A later change does not move it back.
    await api("PATCH", `/v1/alerts/${after!.id}`, { status: "ACKNOWLEDGED" });
    await flushed(integration);
    expect((await alertsOf(integration))[0]).toMatchObject({ status: "ACKNOWLEDGED", lastSeenAt: after!.lastSeenAt });
  });

  it("remembers a dated resolve that overtakes its trigger, also after the object was evicted", async () => {
    const integration = await createIntegration();
    const at = (seconds: number) => new Date(Date.now() - 60_000 + seconds * 1000).toISOString();
    const [triggeredAt, resolvedAt] = [at(0), at(10)];
    await deliver(integration, { id: "k", title: "x", status: "resolved", timestamp: resolvedAt });
    await evictDurableObject(objectOf(integration));
    const { body } = await deliver(integration, { id: "k", title: "x", timestamp: triggeredAt });
    expect(body.alerts).toMatchObject([{ id: null, outcome: "stale" }]);
    await flushed(integration);
    expect(await alertsOf(integration)).toEqual([]);
  });
});
