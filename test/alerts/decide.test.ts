import { type AlertState } from "../../src/alerts/alert.ts";
import type { IncomingEvent } from "../../src/alerts/event.ts";
import type { DedupKey } from "../../src/alerts/dedup-key.ts";
import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { isUnresolved } from "../../src/alerts/status.ts";
import {
  decide,
  type DeliveryFacts,
  type Known,
  type RememberedDelivery,
  type Decision,
} from "../../src/alerts/decide.ts";
import { runs } from "../support/runs.ts";

const MINUTE = 60_000;
const WINDOW = 15 * MINUTE;
const START = Date.UTC(2026, 9, 1, 12);

/** A minimal store for `decide`. */
class Memory implements Known {
  readonly seenBy = new Map<string, RememberedDelivery>();
  readonly refs = new Map<string, AlertState>();
  readonly decisions: Decision[] = [];
  #ids = 0;
  #dedupKey = "";

  get remembered(): RememberedDelivery | null {
    return this.seenBy.get(this.#dedupKey) ?? null;
  }

  alertAt(ref: string): AlertState | null {
    return this.refs.get(ref) ?? null;
  }

  decide(delivery: DeliveryFacts): Decision {
    this.#dedupKey = `${delivery.dedupKey.kind}:${delivery.dedupKey.value}`;
    const decision = decide(this, delivery, WINDOW, {
      timelineEntry: () => `id-${++this.#ids}-0`,
      alert: () => `id-${++this.#ids}-0`,
    });
    if (decision.remember) this.seenBy.set(this.#dedupKey, decision.remember);
    for (const [ref, alert] of decision.alerts) this.refs.set(ref, alert);
    this.decisions.push(decision);
    return decision;
  }
}

let deliveries = 0;
const event = (action: IncomingEvent["action"], fields: Partial<IncomingEvent> = {}): IncomingEvent => ({
  action,
  alertKey: "disk",
  severity: "HIGH",
  occurredAt: null,
  content: "{}",
  ...fields,
});
const delivery = (
  events: DeliveryFacts["events"],
  { minute = 0, ...fields }: Partial<DeliveryFacts> & { minute?: number } = {},
): DeliveryFacts => ({
  id: `delivery-${++deliveries}`,
  dedupKey: { kind: "key", value: `key-${deliveries}` },
  receivedAt: START + minute * MINUTE,
  events,
  maxLatenessMs: null,
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
    expect(again).toMatchObject({ status: "ACCEPTED", isRecorded: true, outcomes: first.outcomes, remember: null });
    expect(again.alerts.size + again.timeline.length).toBe(0);
  });

  it("distinguishes a key from a fingerprint with the same text", () => {
    const memory = new Memory();
    memory.decide(delivery([event("trigger")], { dedupKey: { kind: "key", value: "same" } }));
    const other = memory.decide(delivery([event("trigger")], { dedupKey: { kind: "fingerprint", value: "same" } }));
    expect(other.status).toBe("ACCEPTED");
  });
});

describe("correlation", () => {
  it("counts a trigger for an unresolved alert as an occurrence, raises its severity and updates its content", () => {
    const memory = new Memory();
    memory.decide(delivery([event("trigger", { severity: "LOW", content: '{"title":"old"}' })]));
    const decision = memory.decide(
      delivery([event("trigger", { severity: "CRITICAL", content: '{"title":"new"}' })], { minute: 1 }),
    );
    expect([...decision.alerts.values()]).toMatchObject([
      { occurrences: 2, severity: "CRITICAL", content: '{"title":"new"}', version: 2, lastSeenAt: START + MINUTE },
    ]);
    const calmer = memory.decide(delivery([event("trigger", { severity: "INFO" })], { minute: 2 }));
    expect([...calmer.alerts.values()]).toMatchObject([{ occurrences: 3, severity: "CRITICAL" }]);
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

describe("decide, for any sequence of deliveries with repeats, reorderings and clock steps", () => {
  const arbitraryEvent: fc.Arbitrary<IncomingEvent> = fc.record({
    action: fc.constantFrom("trigger", "acknowledge", "resolve"),
    alertKey: fc.option(fc.constantFrom("a", "b", "c"), { nil: null, freq: 6 }),
    severity: fc.constantFrom("CRITICAL", "HIGH", "MEDIUM", "LOW", "INFO"),
    occurredAt: fc.option(fc.integer({ min: START - 60 * MINUTE, max: START + 120 * MINUTE }), { nil: null }),
    content: fc.constantFrom("{}", '{"title":"x"}'),
  });
  const arbitraryStep = fc.record({
    dedupKey: fc.record({
      kind: fc.constantFrom<DedupKey["kind"]>("key", "fingerprint"),
      value: fc.constantFrom("1", "2", "3", "4"),
    }),
    events: fc.array(arbitraryEvent, { maxLength: 4 }),
    maxLatenessMs: fc.constantFrom(null, 2 * MINUTE),
    // The clock advances, stops, or steps by an hour in either direction.
    clock: fc.oneof(fc.integer({ min: 0, max: 10 * MINUTE }), fc.constantFrom(0, 60 * MINUTE, -60 * MINUTE)),
  });
  const arbitraryDeliveries = fc.array(arbitraryStep, { maxLength: 30 }).map((steps) => {
    let receivedAt = START;
    return steps.map(({ clock, ...step }, index) => ({ ...step, id: `d${index}`, receivedAt: (receivedAt += clock) }));
  });

  property.prop([arbitraryDeliveries], { numRuns: runs(10_000) })("keeps the invariants", (sequence) => {
    const memory = new Memory();
    const accepted = new Map<string, DeliveryFacts>();
    const versions = new Map<string, AlertState>();
    for (const facts of sequence) {
      const dedupKey = `${facts.dedupKey.kind}:${facts.dedupKey.value}`;
      const earlier = memory.seenBy.get(dedupKey);
      const before = new Map(memory.refs);
      const decision = memory.decide(facts);

      // One decision per dedup key and window.
      const isInWindow = earlier !== undefined && facts.receivedAt < earlier.expiresAt;
      if (decision.status === "DUPLICATE") {
        expect(isInWindow).toBe(true);
        expect(decision.duplicateOf).toBe(earlier?.deliveryId);
        expect(memory.seenBy.get(dedupKey)).toBe(earlier);
        expect(memory.refs).toEqual(before);
        // Only an accepted delivery makes another one a duplicate.
        expect(accepted.has(earlier?.deliveryId ?? "")).toBe(true);
        // A fingerprint makes a delivery a duplicate only while its alerts are unresolved.
        if (facts.dedupKey.kind === "fingerprint") {
          for (const { alertId } of decision.outcomes) {
            expect([...before.values()].some((alert) => alert.id === alertId && isUnresolved(alert.status))).toBe(true);
          }
        }
        continue;
      }
      if (facts.dedupKey.kind === "key") expect(isInWindow).toBe(false);
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
          expect(["created", "repeated", "stale"]).toContain(outcome);
        }
        if (outcome !== "ignored") expect(alertId).not.toBeNull();
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
    // The rows are equal to the state of the object.
    for (const alert of memory.refs.values()) expect(flush(shuffled).get(alert.id)).toEqual(alert);
  });

  property.prop([arbitraryDeliveries], { numRuns: runs(5000) })(
    "repeats the decision of the same delivery and changes nothing",
    (sequence) => {
      const memory = new Memory();
      for (const facts of sequence) {
        const first = memory.decide(facts);
        const before = new Map(memory.refs);
        const again = memory.decide(facts);
        expect(again.outcomes.map(({ detail: _, ...o }) => o)).toEqual(first.outcomes.map(({ detail: _, ...o }) => o));
        expect(again.status).toBe(first.status);
        expect(memory.refs).toEqual(before);
      }
    },
  );
});
