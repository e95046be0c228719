import { type AlertState } from "../../src/alerts/alert.ts";
import type { IncomingEvent } from "../../src/alerts/event.ts";
import type { DedupKey } from "../../src/alerts/dedup-key.ts";
import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { isUnresolved, MAX_SNOOZE_MS } from "../../src/alerts/status.ts";
import { type EarlyResolve, hasEffect } from "../../src/alerts/apply-event.ts";
import { decide, earlierDecision } from "../../src/alerts/decide.ts";
import type { DeliveryFacts, Known, RememberedDelivery, Decision } from "../../src/alerts/decision.ts";
import { runs } from "../support/runs.ts";

const MINUTE = 60_000;
const WINDOW = 15 * MINUTE;
const START = Date.UTC(2026, 9, 1, 12);

/** A minimal store for `decide`. */
class Memory implements Known {
  readonly seenBy = new Map<string, RememberedDelivery>();
  readonly refs = new Map<string, AlertState>();
  readonly earlyResolves = new Map<string, EarlyResolve>();
  readonly decisions: Decision[] = [];
  readonly replacedById = new Map<string, RememberedDelivery>();
  readonly duplicates = new Map<string, string>();
  #ids = 0;

  rememberedAt(dedupKey: DedupKey): RememberedDelivery | null {
    return this.seenBy.get(textOf(dedupKey)) ?? null;
  }

  replaced(deliveryId: string): RememberedDelivery | null {
    return this.replacedById.get(deliveryId) ?? null;
  }

  duplicateOf(deliveryId: string): string | null {
    return this.duplicates.get(deliveryId) ?? null;
  }

  earlyResolveOf(alertKey: string): EarlyResolve | null {
    return this.earlyResolves.get(alertKey) ?? null;
  }

  remembered(deliveryId: string | null): RememberedDelivery | undefined {
    return [...this.seenBy.values()].find((delivery) => delivery.deliveryId === deliveryId);
  }

  alertAt(ref: string): AlertState | null {
    return this.refs.get(ref) ?? null;
  }

  decide(delivery: DeliveryFacts): Decision {
    const earlier = earlierDecision(this, delivery);
    if (earlier) return earlier;
    const decision = decide(this, delivery, WINDOW, {
      timelineEntry: () => `id-${++this.#ids}-0`,
      alert: () => `id-${++this.#ids}-0`,
    });
    for (const { dedupKey, delivery: remembered } of decision.remember) this.seenBy.set(textOf(dedupKey), remembered);
    for (const replaced of decision.replaced) this.replacedById.set(replaced.deliveryId, replaced);
    if (decision.duplicateOf !== null) this.duplicates.set(delivery.id, decision.duplicateOf);
    for (const [ref, alert] of decision.alerts) this.refs.set(ref, alert);
    for (const [alertKey, resolve] of decision.earlyResolves) this.earlyResolves.set(alertKey, resolve);
    for (const [ref, refresh] of decision.refreshes) {
      const alert = this.refs.get(ref);
      if (alert) this.refs.set(ref, { ...alert, ...refresh });
    }
    this.decisions.push(decision);
    return decision;
  }
}

/** The part of a decision that the caller gets. */
const replyOf = ({ status, duplicateOf, outcomes: steps, alertKeys, reason }: Decision) => ({
  status,
  duplicateOf,
  outcomes: steps,
  alertKeys,
  reason,
});

const textOf = ({ kind, value, variant = "" }: DedupKey): string => `${kind}:${value}:${variant}`;

let deliveries = 0;
const event = (action: IncomingEvent["action"], fields: Partial<IncomingEvent> = {}): IncomingEvent => ({
  action,
  alertKey: "disk",
  eventId: null,
  severity: "HIGH",
  occurredAt: null,
  endsAcknowledgement: false,
  startedAt: null,
  expiresAt: null,
  snoozedUntil: null,
  note: null,
  author: null,
  content: "{}",
  ...fields,
});
const delivery = (
  events: DeliveryFacts["events"],
  { minute = 0, ...fields }: Partial<DeliveryFacts> & { minute?: number } = {},
): DeliveryFacts => ({
  arrivedAt: fields.receivedAt ?? START + minute * MINUTE,
  id: `delivery-${++deliveries}`,
  dedupKey: { kind: "key", value: `key-${deliveries}` },
  receivedAt: START + minute * MINUTE,
  events,
  isKeySigned: false,
  eventsFingerprint: JSON.stringify(events.map((one) => ("unreadable" in one ? null : [one.action, one.alertKey]))),
  maxLatenessMs: null,
  isReplay: false,
  ...fields,
});
const outcomes = (decision: Decision) => decision.outcomes.map((outcome) => outcome.outcome);

describe("idempotency", () => {
  const key: DedupKey = { kind: "key", value: "k" };
  const content: DedupKey = { kind: "fingerprint", value: "f" };

  it("returns the first delivery and its alert for a repeated key inside the window", () => {
    const memory = new Memory();
    const first = memory.decide(delivery([event("trigger")], { dedupKey: key, id: "first" }));
    const second = memory.decide(delivery([event("trigger")], { dedupKey: key, minute: 14 }));
    expect(second).toMatchObject({ status: "DUPLICATE", duplicateOf: "first", outcomes: [{ outcome: "duplicate" }] });
    expect(second.outcomes[0]?.alertId).toBe(first.outcomes[0]?.alertId);
    expect(second.alerts.size + second.timeline.length).toBe(0);
    expect(second.reason).toBe(
      "duplicate: same idempotency key as delivery first, first seen 2026-10-01T12:00:00.000Z; " +
        "the window ends 2026-10-01T12:15:00.000Z",
    );
  });

  it("starts the window at the first delivery: duplicates do not extend it", () => {
    const memory = new Memory();
    for (const minute of [0, 7, 14]) memory.decide(delivery([event("trigger")], { dedupKey: key, minute }));
    expect(memory.decide(delivery([event("trigger")], { dedupKey: key, minute: 15 })).status).toBe("ACCEPTED");
  });

  it("reports a repeated key as a duplicate even after a resolve", () => {
    const memory = new Memory();
    memory.decide(delivery([event("trigger")], { dedupKey: key }));
    memory.decide(delivery([event("resolve")], { minute: 1 }));
    expect(memory.decide(delivery([event("trigger")], { dedupKey: key, minute: 2 })).status).toBe("DUPLICATE");
  });

  it("never deduplicates a re-trigger after a resolve by its fingerprint", () => {
    const memory = new Memory();
    memory.decide(delivery([event("trigger")], { dedupKey: content }));
    expect(memory.decide(delivery([event("trigger")], { dedupKey: content, minute: 1 })).status).toBe("DUPLICATE");
    memory.decide(delivery([event("resolve")], { minute: 2 }));
    const again = memory.decide(delivery([event("trigger")], { dedupKey: content, minute: 3 }));
    expect(outcomes(again)).toEqual(["created"]);
  });

  it("never deduplicates a resolve by its fingerprint if it found no alert the first time", () => {
    const memory = new Memory();
    expect(outcomes(memory.decide(delivery([event("resolve")], { dedupKey: content })))).toEqual(["ignored"]);
    memory.decide(delivery([event("trigger")], { minute: 1 }));
    expect(outcomes(memory.decide(delivery([event("resolve")], { dedupKey: content, minute: 2 })))).toEqual([
      "resolved",
    ]);
  });

  it("deduplicates triggers without a key by the alert that the first one opened", () => {
    const memory = new Memory();
    const keyless = [event("trigger", { alertKey: null })];
    memory.decide(delivery(keyless, { dedupKey: content }));
    expect(memory.decide(delivery(keyless, { dedupKey: content, minute: 1 })).status).toBe("DUPLICATE");
    expect(outcomes(memory.decide(delivery(keyless, { minute: 1 })))).toEqual(["created"]);
  });

  it("repeats the decision for a delivery whose response was lost, without a second record", () => {
    const memory = new Memory();
    const once = delivery([event("trigger"), event("resolve")], { dedupKey: key });
    const first = memory.decide(once);
    const again = memory.decide({ ...once, receivedAt: once.receivedAt + 5 });
    expect(again).toMatchObject({ ...replyOf(first), remember: [] });
    expect(again.alerts.size + again.timeline.length).toBe(0);
  });

  it("repeats the decision for a delivery that another one has replaced, and for a duplicate of it", () => {
    const memory = new Memory();
    const a = [event("trigger")];
    const facts = [
      delivery(a, { dedupKey: content }),
      delivery(a, { dedupKey: content, minute: 1 }),
      delivery([event("resolve")], { minute: 2 }),
      // Accepted anew, in place of the first.
      delivery(a, { dedupKey: content, minute: 3 }),
    ];
    const first = facts.map((one) => memory.decide(one));
    expect(first.map(({ status }) => status)).toEqual(["ACCEPTED", "DUPLICATE", "ACCEPTED", "ACCEPTED"]);
    const again = facts.map((one) => memory.decide(one));
    expect(again.map(replyOf)).toEqual(first.map(replyOf));
    expect(again.every(({ alerts, remember }) => alerts.size + remember.length === 0)).toBe(true);
  });

  it("repeats the decision with a window of 0, and accepts another delivery with the same content", () => {
    const memory = new Memory();
    const newIds = { timelineEntry: () => "entry", alert: () => "alert" };
    const once = delivery([event("trigger")], { dedupKey: content });
    const first = decide(memory, once, 0, newIds);
    for (const { dedupKey, delivery: remembered } of first.remember) memory.seenBy.set(textOf(dedupKey), remembered);
    for (const [ref, alert] of first.alerts) memory.refs.set(ref, alert);
    expect(replyOf(earlierDecision(memory, once)!)).toEqual(replyOf(first));
    expect(earlierDecision(memory, { ...once, id: "other" })).toBeNull();
    expect(decide(memory, { ...once, id: "other" }, 0, newIds).status).toBe("ACCEPTED");
  });

  it("accepts an unsigned repeated key with other events, and remembers it beside the first delivery", () => {
    const memory = new Memory();
    const disk = [event("trigger", { alertKey: "disk" })];
    const raid = [event("trigger", { alertKey: "raid" })];
    memory.decide(delivery(disk, { dedupKey: key, id: "first" }));
    const other = memory.decide(delivery(raid, { dedupKey: key, id: "other", minute: 1 }));
    expect(outcomes(other)).toEqual(["created"]);
    expect(other.reason).toBe(
      "accepted: same idempotency key as delivery first, but its events differ; " +
        "repeats with the same idempotency key are duplicates until 2026-10-01T12:16:00.000Z",
    );
    expect(memory.decide(delivery(disk, { dedupKey: key, minute: 2 })).duplicateOf).toBe("first");
    expect(memory.decide(delivery(raid, { dedupKey: key, minute: 2 })).duplicateOf).toBe("other");
  });

  it("reports a signed repeated key as a duplicate whatever its events, with a reason that they differ", () => {
    const memory = new Memory();
    memory.decide(delivery([event("trigger")], { dedupKey: key, id: "first" }));
    const raid = [event("trigger", { alertKey: "raid" })];
    const other = memory.decide(delivery(raid, { dedupKey: key, isKeySigned: true }));
    expect(other).toMatchObject({ status: "DUPLICATE", duplicateOf: "first" });
    expect(other.reason).toContain("although its events differ");
  });

  it("recognizes an event of a batch when the source sends it again alone, and the other way round", () => {
    const memory = new Memory();
    const down = (eventId: string, alertKey: string) => event("trigger", { eventId, alertKey });
    const idKey = (value: string): DedupKey => ({ kind: "key", value });
    memory.decide(delivery([down("1", "a"), down("2", "b")], { dedupKey: content, id: "batch" }));
    memory.decide(delivery([event("resolve", { eventId: "3", alertKey: "a" })], { dedupKey: idKey("3"), minute: 1 }));
    const alone = memory.decide(delivery([down("1", "a")], { dedupKey: idKey("1"), minute: 2 }));
    expect(alone).toMatchObject({ status: "DUPLICATE", duplicateOf: "batch", outcomes: [{ outcome: "duplicate" }] });
    const dedupKey: DedupKey = { kind: "fingerprint", value: "other" };
    const batch = memory.decide(delivery([down("2", "b"), down("4", "c")], { dedupKey, minute: 3 }));
    expect(outcomes(batch)).toEqual(["duplicate", "created"]);
    expect(memory.decide(delivery([down("1", "a")], { dedupKey: idKey("1"), minute: 15 })).status).toBe("ACCEPTED");
  });

  it("distinguishes a key from a fingerprint with the same text", () => {
    const memory = new Memory();
    memory.decide(delivery([event("trigger")], { dedupKey: { kind: "key", value: "same" } }));
    const other = memory.decide(delivery([event("trigger")], { dedupKey: { kind: "fingerprint", value: "same" } }));
    expect(other.status).toBe("ACCEPTED");
  });
});

describe("a repeated delivery", () => {
  const fingerprint = (value: string): DedupKey => ({ kind: "fingerprint", value });
  const at = (minute: number) => START + minute * MINUTE;

  it("is accepted after another event of its alert, and a duplicate without one", () => {
    const memory = new Memory();
    const critical = () => [event("trigger", { severity: "CRITICAL", content: '{"title":"98 %"}' })];
    const warning = () => [event("trigger", { severity: "MEDIUM", content: '{"title":"92 %"}' })];
    memory.decide(delivery(critical(), { dedupKey: fingerprint("98"), minute: 0 }));
    memory.decide(delivery(warning(), { dedupKey: fingerprint("92"), minute: 1 }));
    const again = memory.decide(delivery(critical(), { dedupKey: fingerprint("98"), minute: 2 }));
    expect(outcomes(again)).toEqual(["repeated"]);
    expect([...again.alerts.values()]).toMatchObject([{ severity: "CRITICAL", content: '{"title":"98 %"}' }]);
    expect(memory.decide(delivery(critical(), { dedupKey: fingerprint("98"), minute: 3 })).status).toBe("DUPLICATE");
  });

  it("is a duplicate although a person has changed its alert", () => {
    const memory = new Memory();
    const trigger = () => [event("trigger")];
    memory.decide(delivery(trigger(), { dedupKey: fingerprint("f") }));
    const [ref, alert] = [...memory.refs][0]!;
    memory.refs.set(ref, { ...alert, status: "ACKNOWLEDGED", version: alert.version + 1 });
    expect(memory.decide(delivery(trigger(), { dedupKey: fingerprint("f"), minute: 1 })).status).toBe("DUPLICATE");
  });

  it("is accepted if the first one was stale", () => {
    const memory = new Memory();
    const resolve = (minute: number) => [event("resolve", { occurredAt: at(minute) })];
    memory.decide(delivery([event("trigger", { occurredAt: at(4) })], { minute: 4 }));
    expect(outcomes(memory.decide(delivery(resolve(0), { dedupKey: fingerprint("r"), minute: 5 })))).toEqual(["stale"]);
    expect(outcomes(memory.decide(delivery(resolve(5), { dedupKey: fingerprint("r"), minute: 5 })))).toEqual([
      "resolved",
    ]);
  });

  it("is accepted if the first one had no effect, also under the same key", () => {
    const memory = new Memory();
    const resolve = () => delivery([event("resolve")], { dedupKey: { kind: "key", value: "k" } });
    expect(outcomes(memory.decide(resolve()))).toEqual(["ignored"]);
    memory.decide(delivery([event("trigger")]));
    expect(outcomes(memory.decide(resolve()))).toEqual(["resolved"]);
  });

  it("is decided again if an event without effect would have one now", () => {
    const memory = new Memory();
    const batch = () => [event("trigger", { alertKey: "a" }), event("resolve", { alertKey: "b" })];
    expect(outcomes(memory.decide(delivery(batch(), { dedupKey: fingerprint("ab") })))).toEqual(["created", "ignored"]);
    expect(memory.decide(delivery(batch(), { dedupKey: fingerprint("ab"), minute: 1 })).status).toBe("DUPLICATE");
    memory.decide(delivery([event("trigger", { alertKey: "b" })], { minute: 2 }));
    expect(outcomes(memory.decide(delivery(batch(), { dedupKey: fingerprint("ab"), minute: 3 })))).toEqual([
      "repeated",
      "resolved",
    ]);
  });

  it("is never a duplicate by its content if it has no events", () => {
    const memory = new Memory();
    const first = memory.decide(delivery([], { dedupKey: fingerprint("ping") }));
    expect(first.reason).toBe("accepted: no events");
    expect(memory.decide(delivery([], { dedupKey: fingerprint("ping"), minute: 1 })).status).toBe("ACCEPTED");
  });
});

describe("correlation", () => {
  it("counts a trigger for an unresolved alert as an occurrence, and uses its severity and content", () => {
    const memory = new Memory();
    memory.decide(delivery([event("trigger", { severity: "LOW", content: '{"title":"old"}' })]));
    const decision = memory.decide(
      delivery([event("trigger", { severity: "CRITICAL", content: '{"title":"new"}' })], { minute: 1 }),
    );
    expect([...decision.alerts.values()]).toMatchObject([
      { occurrences: 2, severity: "CRITICAL", content: '{"title":"new"}', version: 2, lastSeenAt: START + MINUTE },
    ]);
    const calmer = memory.decide(delivery([event("trigger", { severity: "INFO" })], { minute: 2 }));
    expect([...calmer.alerts.values()]).toMatchObject([{ occurrences: 3, severity: "INFO" }]);
  });

  it("opens an alert for each trigger without a key", () => {
    const memory = new Memory();
    const decision = memory.decide(
      delivery([event("trigger", { alertKey: null }), event("trigger", { alertKey: null })]),
    );
    expect(new Set(decision.outcomes.map((outcome) => outcome.alertId)).size).toBe(2);
  });

  it("opens two alerts for trigger, acknowledge, resolve, trigger", () => {
    const memory = new Memory();
    const results = (["trigger", "acknowledge", "trigger", "resolve", "acknowledge", "trigger"] as const).map(
      (action, minute) => outcomes(memory.decide(delivery([event(action)], { minute })))[0],
    );
    expect(results).toEqual(["created", "acknowledged", "repeated", "resolved", "ignored", "created"]);
  });

  it("keeps an acknowledged alert acknowledged when it triggers again", () => {
    const memory = new Memory();
    memory.decide(delivery([event("trigger")]));
    memory.decide(delivery([event("acknowledge")], { minute: 1 }));
    const decision = memory.decide(delivery([event("trigger")], { minute: 2 }));
    expect([...decision.alerts.values()]).toMatchObject([{ status: "ACKNOWLEDGED", occurrences: 2 }]);
  });

  it("records a resolve without its alert and changes nothing", () => {
    const decision = new Memory().decide(delivery([event("resolve")]));
    expect(decision.outcomes).toEqual([
      { alertId: null, action: "resolve", outcome: "ignored", detail: "nothing to resolve: no alert has this key" },
    ]);
    expect(decision.alerts.size + decision.timeline.length).toBe(0);
  });

  it("ignores an event that is dated before the last one", () => {
    const memory = new Memory();
    const at = (minute: number) => START + minute * MINUTE;
    memory.decide(delivery([event("trigger", { occurredAt: at(0) })], { minute: 0 }));
    memory.decide(delivery([event("resolve", { occurredAt: at(10) })], { minute: 10 }));
    const late = memory.decide(delivery([event("trigger", { occurredAt: at(5) })], { minute: 11 }));
    expect(outcomes(late)).toEqual(["stale"]);
    expect(late.timeline).toMatchObject([{ type: "STALE" }]);
    expect(late.alerts.size).toBe(0);
    expect(outcomes(memory.decide(delivery([event("trigger", { occurredAt: at(12) })], { minute: 12 })))).toEqual([
      "created",
    ]);
  });

  it("does not make later events stale when a source's clock runs ahead", () => {
    const memory = new Memory();
    memory.decide(delivery([event("trigger", { occurredAt: START + 365 * 24 * 60 * MINUTE })]));
    expect(
      outcomes(memory.decide(delivery([event("resolve", { occurredAt: START + MINUTE })], { minute: 1 }))),
    ).toEqual(["resolved"]);
  });

  it("reads an old trigger as a continuing episode once it exceeds the lateness of its source", () => {
    const memory = new Memory();
    const at = (minute: number) => START + minute * MINUTE;
    const old = () => [event("trigger", { occurredAt: at(0) })];
    memory.decide(delivery(old(), { minute: 0 }));
    memory.decide(delivery([event("resolve", { occurredAt: at(10) })], { minute: 10 }));
    const maxLatenessMs = 2 * MINUTE;
    expect(outcomes(memory.decide(delivery(old(), { minute: 12, maxLatenessMs })))).toEqual(["stale"]);
    expect(outcomes(memory.decide(delivery(old(), { minute: 60, maxLatenessMs: null })))).toEqual(["stale"]);
    expect(outcomes(memory.decide(delivery(old(), { minute: 13, maxLatenessMs })))).toEqual(["created"]);
  });

  it("returns one outcome per event of a batch, in order", () => {
    const decision = new Memory().decide(
      delivery([
        event("trigger", { alertKey: "a" }),
        { unreadable: "/1: no" },
        event("trigger", { alertKey: "a" }),
        event("resolve", { alertKey: "a" }),
      ]),
    );
    expect(outcomes(decision)).toEqual(["created", "ignored", "repeated", "resolved"]);
    expect([...decision.alerts.values()]).toMatchObject([{ status: "RESOLVED", version: 3, occurrences: 2 }]);
    expect(decision.timeline.map((entry) => entry.type)).toEqual(["CREATED", "REPEATED", "RESOLVED"]);
  });
});

describe("events that arrive late or early", () => {
  const at = (minute: number) => START + minute * MINUTE;

  it("make a trigger stale after its own dated resolve", () => {
    const memory = new Memory();
    memory.decide(delivery([event("resolve", { occurredAt: at(5) })], { minute: 5 }));
    const late = memory.decide(delivery([event("trigger", { occurredAt: at(4) })], { minute: 6 }));
    expect(late.outcomes).toMatchObject([
      { outcome: "stale", alertId: null, detail: expect.stringContaining("before a resolve of its alert key") },
    ]);
    expect(outcomes(memory.decide(delivery([event("trigger", { occurredAt: at(7) })], { minute: 7 })))).toEqual([
      "created",
    ]);
  });

  it("make the trigger of the next episode stale after its own resolve", () => {
    const memory = new Memory();
    memory.decide(delivery([event("trigger", { occurredAt: at(1) })], { minute: 1 }));
    memory.decide(delivery([event("resolve", { occurredAt: at(2) })], { minute: 2 }));
    expect(outcomes(memory.decide(delivery([event("resolve", { occurredAt: at(6) })], { minute: 6 })))).toEqual([
      "ignored",
    ]);
    expect(outcomes(memory.decide(delivery([event("trigger", { occurredAt: at(5) })], { minute: 7 })))).toEqual([
      "stale",
    ]);
  });

  it("resolve their own episode even if the end is dated before the start", () => {
    const memory = new Memory();
    memory.decide(delivery([event("trigger", { occurredAt: at(4) })], { minute: 5 }));
    const resolve = event("resolve", { occurredAt: at(0), startedAt: at(4) });
    const decision = memory.decide(delivery([resolve], { minute: 6 }));
    expect(outcomes(decision)).toEqual(["resolved"]);
    expect([...decision.alerts.values()]).toMatchObject([{ status: "RESOLVED", resolvedAt: at(6) }]);
    // The trigger of that episode is over, also when it is sent again.
    const again = memory.decide(delivery([event("trigger", { occurredAt: at(4) })], { minute: 7 }));
    expect(outcomes(again)).toEqual(["stale"]);
  });

  it("do not resolve a later episode", () => {
    const memory = new Memory();
    memory.decide(delivery([event("trigger", { occurredAt: at(4) })], { minute: 4 }));
    const resolve = event("resolve", { occurredAt: at(2), startedAt: at(1) });
    expect(outcomes(memory.decide(delivery([resolve], { minute: 5 })))).toEqual(["stale"]);
  });

  it("are stale if a duplicate has a newer date", () => {
    const memory = new Memory();
    const dedupKey: DedupKey = { kind: "fingerprint", value: "A" };
    memory.decide(delivery([event("trigger", { occurredAt: at(1) })], { dedupKey, minute: 1 }));
    memory.decide(delivery([event("trigger", { occurredAt: at(3) })], { dedupKey, minute: 3 }));
    expect(outcomes(memory.decide(delivery([event("resolve", { occurredAt: at(2) })], { minute: 4 })))).toEqual([
      "stale",
    ]);
  });

  it.each([
    ["a resolve", "resolve", START + 400, START, "resolved"],
    ["a trigger", "trigger", START + 400, START, "stale"],
    ["a resolve of an earlier second", "resolve", START + 1400, START, "stale"],
    ["a resolve with milliseconds", "resolve", START + 400, START + 300, "stale"],
  ] as const)(
    "reads the date of a resolve in whole seconds as any time of that second: %s",
    (_, action, trigger, next, outcome) => {
      const memory = new Memory();
      memory.decide(delivery([event("trigger", { occurredAt: trigger })], { minute: 1 }));
      expect(outcomes(memory.decide(delivery([event(action, { occurredAt: next })], { minute: 2 })))).toEqual([
        outcome,
      ]);
    },
  );

  it("are replayed in the order of their arrival", () => {
    const memory = new Memory();
    memory.decide(delivery([event("trigger")], { minute: 60, arrivedAt: at(1), isReplay: true }));
    const resolve = delivery([event("resolve")], { minute: 61, arrivedAt: at(2), isReplay: true });
    expect(outcomes(memory.decide(resolve))).toEqual(["resolved"]);
  });

  it("without a date are dated by their first arrival in a replay", () => {
    const memory = new Memory();
    memory.decide(delivery([event("trigger")], { minute: 1 }));
    memory.decide(delivery([event("resolve")], { minute: 2 }));
    const replay = delivery([event("trigger")], { minute: 60, arrivedAt: at(1), isReplay: true });
    expect(outcomes(memory.decide(replay))).toEqual(["stale"]);
    const other = delivery([event("trigger", { alertKey: "new" })], { minute: 60, arrivedAt: at(1), isReplay: true });
    expect([...memory.decide(other).alerts.values()]).toMatchObject([{ triggeredAt: at(1), lastSeenAt: at(60) }]);
  });
});

describe("an action of a person at the source", () => {
  it("keeps the author and the comment of an acknowledgement", () => {
    const memory = new Memory();
    memory.decide(delivery([event("trigger")]));
    const acknowledge = event("acknowledge", { author: "Jane", note: "on it" });
    expect(memory.decide(delivery([acknowledge], { minute: 1 })).timeline).toMatchObject([
      { type: "ACKNOWLEDGED", actor: "source", actorName: "Jane", note: "on it" },
    ]);
    expect(memory.refs.get("key:disk")).toMatchObject({ acknowledgedBy: "source", acknowledgedByName: "Jane" });
    const again = memory.decide(delivery([event("acknowledge", { author: "Joe", note: "me too" })], { minute: 2 }));
    expect(again.timeline).toMatchObject([{ type: "NOTED", actorName: "Joe", note: "me too", version: 2 }]);
    expect(outcomes(memory.decide(delivery([event("acknowledge")], { minute: 3 })))).toEqual(["ignored"]);
  });

  it("adds a comment to the timeline, and no occurrence", () => {
    const memory = new Memory();
    memory.decide(delivery([event("trigger")]));
    const comment = () => [event("note", { author: "Jane", note: "disk ordered" })];
    const dedupKey: DedupKey = { kind: "fingerprint", value: "comment" };
    const noted = memory.decide(delivery(comment(), { dedupKey, minute: 1 }));
    expect(outcomes(noted)).toEqual(["noted"]);
    expect(noted.timeline).toMatchObject([{ type: "NOTED", actorName: "Jane", note: "disk ordered", changes: {} }]);
    expect(noted.alerts.size).toBe(0);
    expect(memory.decide(delivery(comment(), { dedupKey, minute: 2 })).status).toBe("DUPLICATE");
    memory.decide(delivery([event("resolve")], { minute: 3 }));
    expect(outcomes(memory.decide(delivery(comment(), { minute: 4 })))).toEqual(["noted"]);
    expect(outcomes(memory.decide(delivery([event("note", { note: null })], { minute: 4 })))).toEqual(["ignored"]);
    expect(outcomes(new Memory().decide(delivery(comment())))).toEqual(["ignored"]);
  });
});

describe("the end of an acknowledgement at the source", () => {
  const unacknowledge = (fields: Partial<IncomingEvent> = {}) =>
    event("trigger", {
      endsAcknowledgement: true,
      author: "Jane",
      severity: "INFO",
      content: '{"title":"Opsgenie unacknowledge"}',
      ...fields,
    });

  it("opens the alert again, keeps its content and severity, and is no occurrence", () => {
    const memory = new Memory();
    const [opened] = [...memory.decide(delivery([event("trigger")])).alerts.values()];
    memory.decide(delivery([event("acknowledge", { author: "Jane" })], { minute: 1 }));
    const decision = memory.decide(delivery([unacknowledge({ note: "not mine" })], { minute: 2 }));
    expect(outcomes(decision)).toEqual(["repeated"]);
    const { id, content, severity } = opened!;
    expect([...decision.alerts.values()]).toMatchObject([
      { id, content, severity, status: "OPEN", occurrences: 1, version: 3, acknowledgedAt: null, acknowledgedBy: null },
    ]);
    expect(decision.timeline).toMatchObject([
      { type: "UNACKNOWLEDGED", actor: "source", actorName: "Jane", note: "not mine", status: "OPEN" },
    ]);
    const again = memory.decide(delivery([event("acknowledge", { author: "Jane" })], { minute: 3 }));
    expect(outcomes(again)).toEqual(["acknowledged"]);
  });

  it("repeats an alert that is open, without an occurrence, and opens one that is unknown or has ended", () => {
    const memory = new Memory();
    expect(outcomes(memory.decide(delivery([unacknowledge()])))).toEqual(["created"]);
    const repeated = memory.decide(delivery([unacknowledge({ note: "hm" })], { minute: 1 }));
    expect(outcomes(repeated)).toEqual(["repeated"]);
    expect([...repeated.alerts.values()]).toMatchObject([{ status: "OPEN", occurrences: 1 }]);
    expect(repeated.timeline).toMatchObject([{ type: "REPEATED", note: "hm" }]);
    memory.decide(delivery([event("resolve")], { minute: 2 }));
    expect(outcomes(memory.decide(delivery([unacknowledge()], { minute: 3 })))).toEqual(["created"]);
  });
});

describe("who set the status last", () => {
  const ref = "key:disk";
  const JANE = "user:1";
  /** An alert whose status a person has set. */
  const memoryWith = (status: AlertState["status"]) => {
    const memory = new Memory();
    memory.decide(delivery([event("trigger", { occurredAt: START })]));
    memory.refs.set(ref, { ...memory.alertAt(ref)!, status, statusSetBy: JANE });
    return memory;
  };

  it.each(["trigger", "acknowledge", "resolve"] as const)("is the source after its %s", (action) => {
    const memory = new Memory();
    memory.decide(delivery([event("trigger")]));
    memory.decide(delivery([event(action)]));
    expect(memory.alertAt(ref)?.statusSetBy).toBe("source");
  });

  it.each([
    ["OPEN", event("trigger"), "source"],
    ["OPEN", event("trigger", { endsAcknowledgement: true }), "source"],
    ["OPEN", event("note", { note: "n" }), JANE],
    ["OPEN", event("snooze", { snoozedUntil: START + 60 * MINUTE }), JANE],
    ["ACKNOWLEDGED", event("trigger"), JANE],
    ["ACKNOWLEDGED", event("trigger", { endsAcknowledgement: true }), "source"],
    ["ACKNOWLEDGED", event("acknowledge"), "source"],
    ["ACKNOWLEDGED", event("acknowledge", { note: "n" }), "source"],
    ["RESOLVED", event("resolve"), "source"],
    ["RESOLVED", event("resolve", { occurredAt: START + MINUTE }), "source"],
    ["RESOLVED", event("resolve", { occurredAt: START - MINUTE }), JANE],
    ["RESOLVED", event("heartbeat"), "source"],
    ["RESOLVED", event("acknowledge"), JANE],
    ["CLOSED", event("resolve"), "source"],
  ] as const)("of an alert that a person made %s, after %o, is %s", (status, next, expected) => {
    const memory = memoryWith(status);
    const { version } = memory.alertAt(ref)!;
    const decision = memory.decide(delivery([next], { minute: 2 }));
    expect(memory.alertAt(ref)?.statusSetBy).toBe(expected);
    if (decision.alerts.size === 0) expect(memory.alertAt(ref)?.version).toBe(version);
    expect(memory.decide(delivery([next], { minute: 3 })).refreshes.size).toBe(0);
  });

  it("is the source, too, after a trigger that is a duplicate", () => {
    const memory = new Memory();
    const dedupKey: DedupKey = { kind: "fingerprint", value: "f" };
    memory.decide(delivery([event("trigger")], { dedupKey }));
    memory.refs.set(ref, { ...memory.alertAt(ref)!, statusSetBy: JANE });
    expect(memory.decide(delivery([event("trigger")], { dedupKey, minute: 1 })).status).toBe("DUPLICATE");
    expect(memory.alertAt(ref)?.statusSetBy).toBe("source");
  });

  it("is the source after a confirmation that another event of the delivery follows", () => {
    const acknowledged = memoryWith("ACKNOWLEDGED");
    acknowledged.decide(delivery([event("acknowledge"), event("trigger", { severity: "LOW" })], { minute: 2 }));
    expect(acknowledged.alertAt(ref)).toMatchObject({ statusSetBy: "source", severity: "LOW", version: 2 });
    const resolved = memoryWith("RESOLVED");
    const { id } = resolved.alertAt(ref)!;
    const occurredAt = START + MINUTE;
    resolved.decide(delivery([event("resolve"), event("trigger", { occurredAt })], { minute: 2 }));
    expect(resolved.alertAt(ref)).toMatchObject({ status: "OPEN", lastEventAt: occurredAt });
    expect(resolved.alertAt(ref)?.id).not.toBe(id);
  });
});

describe("a snooze at the source", () => {
  const snooze = (until: number, fields: Partial<IncomingEvent> = {}) =>
    event("snooze", { snoozedUntil: START + until * MINUTE, author: "Jane", ...fields });

  it("sets and moves the end of the snooze, and is no occurrence", () => {
    const memory = new Memory();
    memory.decide(delivery([event("trigger")]));
    const snoozed = memory.decide(delivery([snooze(60)], { minute: 1 }));
    expect(outcomes(snoozed)).toEqual(["snoozed"]);
    expect([...snoozed.alerts.values()]).toMatchObject([
      { snoozedUntil: START + 60 * MINUTE, version: 2, status: "OPEN", occurrences: 1, eventCount: 2 },
    ]);
    expect(snoozed.timeline).toMatchObject([
      {
        type: "SNOOZED",
        actor: "source",
        actorName: "Jane",
        changes: { snoozedUntil: { from: null, to: new Date(START + 60 * MINUTE).toISOString() } },
      },
    ]);
    expect(outcomes(memory.decide(delivery([snooze(60)], { minute: 2 })))).toEqual(["ignored"]);
    expect(outcomes(memory.decide(delivery([snooze(60, { note: "again" })], { minute: 2 })))).toEqual(["noted"]);
    expect(outcomes(memory.decide(delivery([snooze(30)], { minute: 3 })))).toEqual(["snoozed"]);
  });

  it("is ignored if its end is past, or the alert has ended, and lasts a year at most", () => {
    const memory = new Memory();
    memory.decide(delivery([event("trigger")]));
    expect(outcomes(memory.decide(delivery([snooze(1)], { minute: 1 })))).toEqual(["ignored"]);
    expect(outcomes(memory.decide(delivery([snooze(0, { snoozedUntil: null })], { minute: 1 })))).toEqual(["ignored"]);
    const forever = memory.decide(delivery([snooze(0, { snoozedUntil: Date.UTC(2199, 0, 1) })], { minute: 1 }));
    expect([...forever.alerts.values()]).toMatchObject([{ snoozedUntil: START + MINUTE + MAX_SNOOZE_MS }]);
    const resolved = memory.decide(delivery([event("resolve")], { minute: 2 }));
    expect([...resolved.alerts.values()]).toMatchObject([{ status: "RESOLVED", snoozedUntil: null }]);
    expect(resolved.timeline).toMatchObject([{ changes: { snoozedUntil: { to: null } } }]);
    expect(outcomes(memory.decide(delivery([snooze(60)], { minute: 3 })))).toEqual(["ignored"]);
    expect(outcomes(memory.decide(delivery([snooze(60, { alertKey: "other" })], { minute: 3 })))).toEqual(["ignored"]);
  });

  it("stays when the source repeats or acknowledges the alert", () => {
    const memory = new Memory();
    memory.decide(delivery([event("trigger")]));
    memory.decide(delivery([snooze(60)], { minute: 1 }));
    for (const action of ["trigger", "acknowledge"] as const) {
      const decision = memory.decide(delivery([event(action, { severity: "CRITICAL" })], { minute: 2 }));
      expect([...decision.alerts.values()]).toMatchObject([{ snoozedUntil: START + 60 * MINUTE }]);
    }
  });
});

describe("a heartbeat", () => {
  it("is a heartbeat without an effect, and makes no duplicate", () => {
    const memory = new Memory();
    const ping = { dedupKey: { kind: "fingerprint", value: "ping" } } as const;
    const decided = [0, 1].map((minute) => memory.decide(delivery([event("heartbeat")], { minute, ...ping })));
    expect(decided).toMatchObject([
      { status: "ACCEPTED", outcomes: [{ outcome: "alive", alertId: null }], reason: "accepted: a heartbeat" },
      { status: "ACCEPTED", outcomes: [{ outcome: "alive" }] },
    ]);
    expect(decided.map(({ timeline }) => timeline)).toEqual([[], []]);
  });

  it("resolves the alert of its key", () => {
    const memory = new Memory();
    memory.decide(delivery([event("trigger")]));
    const { outcomes, timeline } = memory.decide(delivery([event("heartbeat")], { minute: 1 }));
    expect(outcomes).toMatchObject([{ action: "heartbeat", outcome: "resolved" }]);
    expect(timeline).toMatchObject([{ type: "RESOLVED" }]);
    expect(memory.alertAt("key:disk")).toMatchObject({ status: "RESOLVED" });
  });

  it("does not make a repeated batch new", () => {
    const memory = new Memory();
    const batch = [event("heartbeat", { alertKey: "watchdog" }), event("trigger")];
    const decided = [0, 1].map((minute) =>
      memory.decide(delivery(batch, { minute, dedupKey: { kind: "fingerprint", value: "batch" } })),
    );
    expect(decided.map(({ status }) => status)).toEqual(["ACCEPTED", "DUPLICATE"]);
  });
});

describe("renewals", () => {
  it("move the expiry of an alert, as duplicates without any other change", () => {
    const memory = new Memory();
    const dedupKey: DedupKey = { kind: "fingerprint", value: "f" };
    const renew = (minute: number) =>
      delivery([event("trigger", { expiresAt: START + (minute + 4) * MINUTE })], { dedupKey, minute });
    memory.decide(renew(0));
    const renewal = memory.decide(renew(1));
    expect(renewal).toMatchObject({ status: "DUPLICATE", isRenewal: true, timeline: [] });
    expect([...memory.refs.values()]).toMatchObject([{ version: 1, expiresAt: START + 5 * MINUTE }]);
  });

  it("takes the newest date of several events of one alert", () => {
    const memory = new Memory();
    const dedupKey: DedupKey = { kind: "key", value: "k" };
    const events = (...minutes: number[]) =>
      minutes.map((minute) => event("trigger", { occurredAt: START + minute * MINUTE }));
    memory.decide(delivery(events(0, 0), { dedupKey, minute: 9 }));
    memory.decide(delivery(events(5, 3), { dedupKey, minute: 10 }));
    expect([...memory.refs.values()]).toMatchObject([{ lastEventAt: START + 5 * MINUTE }]);
  });

  it("gives a replay the time that its original had", () => {
    const memory = new Memory();
    const replay = { dedupKey: { kind: "fingerprint", value: "f" } as const, isReplay: true, arrivedAt: START };
    const renewed = [event("trigger", { expiresAt: START + 4 * MINUTE })];
    memory.decide(delivery(renewed, { ...replay, minute: 60 }));
    expect([...memory.refs.values()]).toMatchObject([{ expiresAt: START + 64 * MINUTE }]);
    memory.decide(delivery(renewed, { ...replay, minute: 61 }));
    expect([...memory.refs.values()]).toMatchObject([{ version: 1, expiresAt: START + 65 * MINUTE }]);
  });
});

/** The statements of a source about its alerts, in the order of its own clock. */
describe("the state of the alerts equals that of the source after the last delivery", () => {
  type State = "OK" | "MEDIUM" | "CRITICAL";
  interface Statement {
    states: Record<string, State>;
    copies: number;
  }
  const arbitraryStatements: fc.Arbitrary<Statement[]> = fc.array(
    fc.record({
      states: fc.dictionary(fc.constantFrom("a", "b", "c"), fc.constantFrom<State>("OK", "MEDIUM", "CRITICAL"), {
        minKeys: 1,
      }),
      // 0: the delivery is lost.
      copies: fc.nat(3),
    }),
    { minLength: 1, maxLength: 12 },
  );
  const eventsOf = ({ states }: Statement, date: number | null): IncomingEvent[] =>
    Object.entries(states).map(([alertKey, state]) =>
      event(state === "OK" ? "resolve" : "trigger", {
        alertKey,
        occurredAt: date,
        severity: state === "OK" ? "LOW" : state,
        content: JSON.stringify({ state, date }),
      }),
    );
  const fingerprintOf = ({ states }: Statement): DedupKey => ({
    kind: "fingerprint",
    value: JSON.stringify(Object.entries(states).toSorted()),
  });
  /** The state of each alert by the newest delivered statement about it. */
  const expected = (delivered: readonly Statement[]) =>
    Object.assign({}, ...delivered.map(({ states }) => states)) as Statement["states"];
  const found = (memory: Memory, keys: readonly string[]) =>
    Object.fromEntries(
      keys.map((key) => {
        const alert = memory.refs.get(`key:${key}`);
        return [key, alert && isUnresolved(alert.status) ? alert.severity : "OK"];
      }),
    );

  property.prop([arbitraryStatements, fc.integer({ min: 1, max: 20 })], { numRuns: runs(20_000) })(
    "without dates, for repeats, lost deliveries and A, B, A",
    (statements, minutes) => {
      const memory = new Memory();
      const delivered = statements.filter(({ copies }) => copies > 0);
      for (const [index, statement] of delivered.entries()) {
        for (let copy = 0; copy < statement.copies; copy++) {
          const facts = { dedupKey: fingerprintOf(statement), minute: index * minutes + copy };
          memory.decide(delivery(eventsOf(statement, null), facts));
        }
      }
      const states = expected(delivered);
      expect(found(memory, Object.keys(states))).toEqual(states);
    },
  );

  property.prop([arbitraryStatements, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true }))], {
    numRuns: runs(20_000),
  })("with dates, in any order of arrival", (statements, random) => {
    const memory = new Memory();
    const delivered = statements.flatMap((statement, minute) =>
      Array.from({ length: statement.copies }, () => ({ statement, minute, order: random.next().value ?? 0 })),
    );
    const arriving = delivered.toSorted((a, b) => a.order - b.order);
    for (const [index, { statement, minute }] of arriving.entries()) {
      const facts = { dedupKey: fingerprintOf(statement), minute: 60 + index };
      memory.decide(delivery(eventsOf(statement, START + minute * MINUTE), facts));
    }
    const states = expected(delivered.map(({ statement }) => statement));
    expect(found(memory, Object.keys(states))).toEqual(states);
  });
});

describe("decide, for any sequence of deliveries with repeats, reorderings and clock steps", () => {
  const arbitraryEvent: fc.Arbitrary<IncomingEvent> = fc.record({
    action: fc.constantFrom("trigger", "acknowledge", "resolve", "note", "snooze", "heartbeat"),
    alertKey: fc.option(fc.constantFrom("a", "b", "c"), { nil: null, freq: 6 }),
    eventId: fc.option(fc.constantFrom("e1", "e2"), { nil: null, freq: 1 }),
    severity: fc.constantFrom("CRITICAL", "HIGH", "MEDIUM", "LOW", "INFO"),
    occurredAt: fc.option(fc.integer({ min: START - 60 * MINUTE, max: START + 120 * MINUTE }), { nil: null }),
    endsAcknowledgement: fc.boolean(),
    startedAt: fc.option(fc.integer({ min: START - 60 * MINUTE, max: START + 120 * MINUTE }), { nil: null, freq: 1 }),
    expiresAt: fc.option(fc.integer({ min: START, max: START + 120 * MINUTE }), { nil: null, freq: 1 }),
    snoozedUntil: fc.option(fc.integer({ min: START - 60 * MINUTE, max: START + 120 * MINUTE }), { nil: null }),
    note: fc.constantFrom(null, "comment"),
    author: fc.constantFrom(null, "Jane"),
    content: fc.constantFrom("{}", '{"title":"x"}'),
  });
  const arbitraryStep = fc.record({
    dedupKey: fc.record({
      kind: fc.constantFrom<DedupKey["kind"]>("key", "fingerprint"),
      value: fc.constantFrom("1", "2", "3", "4"),
    }),
    events: fc.array(arbitraryEvent, { maxLength: 4 }),
    isKeySigned: fc.boolean(),
    maxLatenessMs: fc.constantFrom(null, 2 * MINUTE),
    // The clock advances, stops, or steps by an hour in either direction.
    clock: fc.oneof(fc.integer({ min: 0, max: 10 * MINUTE }), fc.constantFrom(0, 60 * MINUTE, -60 * MINUTE)),
  });
  const arbitraryDeliveries = fc.array(arbitraryStep, { maxLength: 30 }).map((steps) => {
    let receivedAt = START;
    return steps.map(({ clock, ...step }, index) =>
      delivery(step.events, { ...step, id: `d${index}`, receivedAt: (receivedAt += clock) }),
    );
  });

  property.prop([arbitraryDeliveries], { numRuns: runs(10_000) })("keeps the invariants", (sequence) => {
    const memory = new Memory();
    const accepted = new Map<string, DeliveryFacts>();
    const versions = new Map<string, AlertState>();
    for (const facts of sequence) {
      const before = new Map(memory.refs);
      const decision = memory.decide(facts);

      // Only an accepted delivery makes another one a duplicate, and only inside its window.
      if (decision.status === "DUPLICATE") {
        const original = memory.remembered(decision.duplicateOf);
        expect(original && facts.receivedAt < original.expiresAt).toBe(true);
        expect(accepted.has(decision.duplicateOf ?? "")).toBe(true);
        expect(decision.alerts.size + decision.timeline.length).toBe(0);
        // A delivery without an effect makes no duplicate.
        const effects = original?.outcomes.filter(({ outcome }) => hasEffect(outcome)) ?? [];
        expect(effects.length > 0 || original?.outcomes.length === 0).toBe(true);
        // A fingerprint makes a delivery a duplicate only while its alerts are unresolved.
        if (facts.dedupKey.kind === "fingerprint") {
          for (const { alertId, outcome } of effects) {
            const alert = [...before.values()].find(({ id }) => id === alertId);
            expect(alert && (outcome === "noted" || isUnresolved(alert.status))).toBe(true);
          }
        }
        continue;
      }
      accepted.set(facts.id, facts);
      expect(decision.outcomes).toHaveLength(facts.events.length);

      for (const [ref, alert] of decision.alerts) {
        const last = versions.get(alert.id);
        // Versions rise, starting at 1.
        expect(alert.version).toBeGreaterThan(last?.version ?? 0);
        // No event changes an alert that was resolved before this delivery.
        expect(last === undefined || isUnresolved(last.status)).toBe(true);
        versions.set(alert.id, alert);
        expect(ref.endsWith(alert.alertKey ?? alert.id)).toBe(true);
      }
      for (const [index, { outcome, alertId }] of decision.outcomes.entries()) {
        // No trigger is lost, and a stale event changes nothing.
        if (facts.events[index] && "action" in facts.events[index] && facts.events[index].action === "trigger") {
          expect(["created", "repeated", "stale", "duplicate"]).toContain(outcome);
        }
        if (hasEffect(outcome)) expect(alertId).not.toBeNull();
      }
    }
  });

  property.prop([arbitraryDeliveries, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true }))], {
    numRuns: runs(5000),
  })("results in the same rows for any order and any repetition of flushes", (sequence, random) => {
    const memory = new Memory();
    const writes = sequence.flatMap((facts) => [...memory.decide(facts).alerts.values()]);
    const flush = (alerts: readonly AlertState[]) => {
      const rows = new Map<string, AlertState>();
      for (const alert of alerts) if (alert.version > (rows.get(alert.id)?.version ?? 0)) rows.set(alert.id, alert);
      return rows;
    };
    const shuffled = [...writes, ...writes]
      .map((alert) => ({ alert, at: random.next().value ?? 0 }))
      .toSorted((a, b) => a.at - b.at)
      .map(({ alert }) => alert);
    expect(new Map([...flush(shuffled)].toSorted())).toEqual(new Map([...flush(writes)].toSorted()));
    // The rows are equal to the state of the object, except for what only the object keeps.
    for (const { lastEventAt: _, expiresAt: __, ...alert } of memory.refs.values()) {
      expect(flush(shuffled).get(alert.id)).toMatchObject(alert);
    }
  });

  property.prop([arbitraryDeliveries], { numRuns: runs(5000) })(
    "repeats the decision of the same delivery and changes nothing",
    (sequence) => {
      const memory = new Memory();
      for (const facts of sequence) {
        const first = memory.decide(facts);
        const before = new Map(memory.refs);
        const again = memory.decide(facts);
        expect(replyOf(again)).toEqual(replyOf(first));
        expect(memory.refs).toEqual(before);
      }
      // Also after any number of other decisions within ten minutes.
      const decisions = [...memory.decisions];
      for (const [index, facts] of sequence.entries()) {
        const later = sequence.slice(index).map(({ receivedAt }) => receivedAt - facts.receivedAt);
        if (later.some((time) => Math.abs(time) > 10 * MINUTE)) continue;
        expect(replyOf(memory.decide(facts))).toEqual(replyOf(decisions[index]!));
      }
    },
  );
});
