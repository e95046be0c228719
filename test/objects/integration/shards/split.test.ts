import type { IncomingEvent } from "../../../../src/alerts/event.ts";
import type { DedupKey } from "../../../../src/alerts/dedup-key.ts";
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import {
  PARTITIONS,
  partitionOfAlert,
  partitionOfText,
  idIn,
  dedupKeyText,
  parseDedupKey,
} from "../../../../src/objects/integration/shards/partitions.ts";
import type { AcceptReply, Delivery, Sharding } from "../../../../src/objects/integration/rpc.ts";
import {
  partitionsOf,
  mergeReplies,
  objectName,
  shardOf,
  split,
} from "../../../../src/objects/integration/shards/split.ts";
import { newId } from "../../../../src/lib/ids.ts";

const event = (alertKey: string | null): IncomingEvent => ({
  action: "trigger",
  alertKey,
  severity: "LOW",
  occurredAt: null,
  content: "{}",
});

const delivery = (keys: (string | null)[]): Delivery => ({
  id: newId(),
  configVersion: 1,
  request: { columns: "{}", bodyKind: "none" },
  body: new Uint8Array(),
  dedupKey: { kind: "fingerprint", value: "f" },
  idempotencyKey: null,
  contentFingerprint: "f",
  events: keys.map(event),
  maxLatenessMs: null,
  verification: {},
  note: null,
});

const sharding = (shards: number): Sharding => ({ shards, previousShards: shards, most: shards, since: 1 });

const dedupKeys = fc.record<DedupKey>({ kind: fc.constantFrom("key", "fingerprint"), value: fc.string() });

describe("partitions", () => {
  test.prop([dedupKeys, fc.integer({ min: 0, max: PARTITIONS - 1 })])(
    "an dedupKey's key tells both",
    (dedupKey, partition) => {
      for (const [key, own] of [
        [dedupKeyText(dedupKey), null],
        [dedupKeyText(dedupKey, partition), partition],
      ] as const) {
        expect(partitionOfText(key)).toBe(own);
        expect(parseDedupKey(key)).toEqual(dedupKey);
      }
    },
  );

  test.prop([fc.integer({ min: 0, max: PARTITIONS - 1 })])(
    "an alert without a key tells its own in its id",
    (partition) => {
      expect(partitionOfAlert({ id: idIn(partition, newId()), alertKey: null })).toBe(partition);
    },
  );

  it("are filled evenly", () => {
    const counts = Array<number>(PARTITIONS).fill(0);
    for (let number = 0; number < 16_000; number++) {
      const partition = partitionOfAlert({ id: "", alertKey: `{}/{team="a"}:{instance="web-${number}.example.com"}` });
      counts[partition] = (counts[partition] ?? 0) + 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(800);
    expect(Math.max(...counts)).toBeLessThan(1200);
  });

  test.prop([fc.integer({ min: 1, max: PARTITIONS })])("belong each to one of the objects", (shards) => {
    const all = Array.from({ length: shards }, (_, shard) => partitionsOf(shard, shards)).flat();
    expect(all.toSorted((a, b) => a - b)).toEqual(Array.from({ length: PARTITIONS }, (_, partition) => partition));
  });
});

describe("a delivery", () => {
  const keys = fc.array(fc.option(fc.string(), { nil: null }), { maxLength: 20 });

  it("stays whole where one object does all the work", () => {
    const whole = delivery(["a", "b", null]);
    expect(split(whole, undefined)).toEqual([{ delivery: whole, places: [0, 1, 2] }]);
  });

  test.prop([keys, fc.integer({ min: 1, max: PARTITIONS })])(
    "has each event in one part, with those of its alert",
    (given, shards) => {
      const whole = delivery(given);
      const parts = split(whole, sharding(shards));
      expect(parts[0]?.delivery.id).toBe(whole.id);
      expect(new Set(parts.map((part) => part.delivery.id)).size).toBe(parts.length);
      expect(parts.flatMap(({ places }) => places).toSorted((a, b) => a - b)).toEqual(given.map((_, place) => place));
      for (const { delivery: part, places } of parts) {
        expect(part.events).toEqual(places.map((place) => whole.events[place]));
        expect(part.dedupKey).toEqual(whole.dedupKey);
      }
      const homes = new Map<string, number | undefined>();
      for (const { delivery: part } of parts) {
        for (const one of part.events) {
          if ("unreadable" in one || one.alertKey === null) continue;
          expect(homes.get(one.alertKey) ?? part.partition).toBe(part.partition);
          homes.set(one.alertKey, part.partition);
        }
      }
    },
  );

  test.prop([keys])("is split in the same way however many objects there are", (given) => {
    const whole = delivery(given);
    expect(split(whole, sharding(2))).toEqual(split(whole, sharding(7)));
  });

  const decided = (count: number, status: "ACCEPTED" | "DUPLICATE"): AcceptReply => ({
    kind: "decided",
    status,
    duplicateOf: status === "DUPLICATE" ? "first" : null,
    outcomes: Array.from({ length: count }, () => ({ alertId: null, action: "trigger", outcome: "created" })),
    alertKeys: Array<null>(count).fill(null),
  });

  test.prop([keys])("is answered event by event in its own order", (given) => {
    const parts = split(delivery(given), sharding(4));
    const replies = parts.map(
      ({ places, delivery: part }): AcceptReply =>
        ({
          ...decided(places.length, "ACCEPTED"),
          alertKeys: part.events.map((one) => ("unreadable" in one ? null : one.alertKey)),
        }) as AcceptReply,
    );
    expect(mergeReplies(parts, replies)).toMatchObject({ kind: "decided", status: "ACCEPTED", alertKeys: given });
  });

  it("is a duplicate when all of it is, and refused when some of it is", () => {
    const parts = split(delivery(["a", "b", "c", "d", "e"]), sharding(4));
    expect(parts.length).toBeGreaterThan(2);
    const all = (status: "ACCEPTED" | "DUPLICATE") => parts.map(({ places }) => decided(places.length, status));
    expect(mergeReplies(parts, all("DUPLICATE"))).toMatchObject({ status: "DUPLICATE", duplicateOf: "first" });
    expect(mergeReplies(parts, [...all("DUPLICATE").slice(1), decided(1, "ACCEPTED")])).toMatchObject({
      status: "ACCEPTED",
      duplicateOf: null,
    });
    const full: AcceptReply = { kind: "overloaded", retryAfterSeconds: 30 };
    expect(mergeReplies(parts, [...all("ACCEPTED").slice(1), full])).toEqual(full);
  });
});

it("the first object bears the integration's id", () => {
  expect([0, 3].map((shard) => objectName("id", shard))).toEqual(["id", "id/3"]);
  expect(shardOf(7, 4)).toBe(3);
});
