import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import type { AcceptReply, DecisionPreview, Delivery, Sharding } from "../../../../src/objects/integration/rpc.ts";
import { PARTITIONS } from "../../../../src/objects/integration/shards/partitions.ts";
import { mergePreviews, mergeReplies, split } from "../../../../src/objects/integration/shards/split.ts";
import { newId } from "../../../../src/lib/ids.ts";
import { eventOf } from "../delivery.ts";

const delivery = (keys: (string | null)[]): Delivery => ({
  id: newId(),
  configVersion: 1,
  request: { columns: "{}", bodyKind: "none" },
  body: new Uint8Array(),
  dedupKey: { kind: "fingerprint", value: "f" },
  isKeySigned: false,
  eventsFingerprint: "e",
  idempotencyKey: null,
  contentFingerprint: "f",
  events: keys.map((key) => eventOf("trigger", key)),
  maxLatenessMs: null,
  arrivedAt: 0,
  verification: {},
  note: null,
});

const sharding = (shards: number): Sharding => ({ shards, previousShards: shards, most: shards, since: 1 });

const alertKeys = fc.array(fc.option(fc.string(), { nil: null }), { maxLength: 20 });

describe("split", () => {
  it("does not split a delivery if the integration has one object", () => {
    const whole = delivery(["a", "b", null]);
    expect(split(whole, undefined)).toEqual([{ delivery: whole, positions: [0, 1, 2] }]);
  });

  test.prop([alertKeys, fc.integer({ min: 1, max: PARTITIONS })])(
    "puts each event into one part, together with the other events of its alert",
    (given, shards) => {
      const whole = delivery(given);
      const parts = split(whole, sharding(shards));
      expect(parts[0]?.delivery.id).toBe(whole.id);
      expect(new Set(parts.map((part) => part.delivery.id)).size).toBe(parts.length);
      expect(parts.flatMap(({ positions }) => positions).toSorted((a, b) => a - b)).toEqual(
        given.map((_, position) => position),
      );
      for (const { delivery: part, positions } of parts) {
        expect(part.events).toEqual(positions.map((position) => whole.events[position]));
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

  test.prop([alertKeys])("makes the same parts for any number of shards", (given) => {
    const whole = delivery(given);
    expect(split(whole, sharding(2))).toEqual(split(whole, sharding(7)));
  });
});

const decided = (count: number, status: "ACCEPTED" | "DUPLICATE") => ({
  status,
  duplicateOf: status === "DUPLICATE" ? "first" : null,
  outcomes: Array.from({ length: count }, () => ({
    alertId: null,
    action: "trigger" as const,
    outcome: "created" as const,
  })),
});

const replyOf = (count: number, status: "ACCEPTED" | "DUPLICATE"): AcceptReply => ({
  kind: "decided",
  ...decided(count, status),
  alertKeys: Array<null>(count).fill(null),
  reason: status,
});

const fiveEvents = () => {
  const parts = split(delivery(["a", "b", "c", "d", "e"]), sharding(4));
  expect(parts.length).toBeGreaterThan(2);
  return parts;
};

describe("mergeReplies", () => {
  test.prop([alertKeys])("has one outcome per event, in the order of the delivery", (given) => {
    const parts = split(delivery(given), sharding(4));
    const replies = parts.map(
      ({ positions, delivery: part }): AcceptReply =>
        ({
          ...replyOf(positions.length, "ACCEPTED"),
          alertKeys: part.events.map((one) => ("unreadable" in one ? null : one.alertKey)),
        }) as AcceptReply,
    );
    expect(mergeReplies(parts, replies)).toMatchObject({ kind: "decided", status: "ACCEPTED", alertKeys: given });
  });

  it("is a duplicate if every part is one", () => {
    const parts = fiveEvents();
    const duplicates = parts.map(({ positions }) => replyOf(positions.length, "DUPLICATE"));
    expect(mergeReplies(parts, duplicates)).toMatchObject({
      status: "DUPLICATE",
      duplicateOf: "first",
      reason: "DUPLICATE",
    });
    expect(mergeReplies(parts, [...duplicates.slice(1), replyOf(1, "ACCEPTED")])).toMatchObject({
      status: "ACCEPTED",
      duplicateOf: null,
      reason: "ACCEPTED",
    });
  });

  it("is undecided if one part is", () => {
    const parts = fiveEvents();
    const accepted = parts.map(({ positions }) => replyOf(positions.length, "ACCEPTED"));
    const full: AcceptReply = { kind: "overloaded", retryAfterSeconds: 30 };
    expect(mergeReplies(parts, [...accepted.slice(1), full])).toEqual(full);
  });
});

describe("mergePreviews", () => {
  const previewOf = (count: number, status: "ACCEPTED" | "DUPLICATE"): DecisionPreview => ({
    ...decided(count, status),
    reason: status.toLowerCase(),
    explanation: {},
  });

  it("is a duplicate if every part is one, and else has the reason of an accepted part", () => {
    const parts = fiveEvents();
    const duplicates = parts.map(({ positions }) => previewOf(positions.length, "DUPLICATE"));
    expect(mergePreviews(parts, duplicates)).toMatchObject({
      status: "DUPLICATE",
      duplicateOf: "first",
      reason: "duplicate",
    });
    const [first, ...others] = duplicates;
    const mixed = [first!, ...others.slice(1), previewOf(parts.at(-1)!.positions.length, "ACCEPTED")];
    const merged = mergePreviews(parts, mixed);
    expect(merged).toMatchObject({ status: "ACCEPTED", duplicateOf: null, reason: "accepted" });
    expect(merged.outcomes).toHaveLength(5);
  });
});
