import { fc } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { DAY, HOUR, MINUTE, SECOND } from "../../../src/lib/time.ts";
import { DELIVERED, FAILED, type Harness, START, uuid, withHarness } from "./harness.ts";

/** Mutes of alerts, as Postgres would know them. */
class Mutes {
  readonly #ends = new Map<string, number>();
  readonly #harness: Harness;

  constructor(harness: Harness) {
    this.#harness = harness;
    harness.mutedUntil = (alertId) => this.until(alertId);
  }

  until(alertId: string): number | null {
    const end = this.#ends.get(alertId) ?? 0;
    return end > this.#harness.now ? end : null;
  }

  /** Creates, changes or expires a silence, and notifies the subscription as the API does. */
  set(alertId: string, end: number): void {
    this.#ends.set(alertId, end);
    this.#harness.scheduler.mutingChanged();
  }
}

describe("the messages of muted alerts", () => {
  it("are kept until the mute ends, and then one leaves, marked as such", () =>
    withHarness(async (harness) => {
      new Mutes(harness).set("a", START + 3 * HOUR);
      harness.record("a", "b", "a");
      expect(await harness.scheduler.run()).toBe(START + 3 * HOUR);
      expect(harness.delivered).toEqual([uuid(2)]);
      expect([harness.store.held.count, harness.pendingIds]).toEqual([1, []]);
      expect(harness.scheduler.nextAttemptAt).toBeNull();
      await harness.advance(3 * HOUR);
      expect(harness.bodies).toEqual([uuid(2), `unmuted ${uuid(1)}`]);
      expect(await harness.scheduler.run()).toBeNull();
      expect(harness.store.held.count).toBe(0);
    }));

  it("are dropped when the alert is resolved at the end of the mute", () =>
    withHarness(async (harness) => {
      new Mutes(harness).set("a", START + HOUR);
      harness.record("a");
      harness.isUnresolved = () => false;
      await harness.advance(2 * HOUR);
      expect([harness.delivered, harness.store.held.count]).toEqual([[], 0]);
    }));

  it("include the resolve at the end of the mute if the alert was sent before the mute", () =>
    withHarness(async (harness) => {
      const mutes = new Mutes(harness);
      harness.record("a");
      await harness.advance(MINUTE);
      expect(harness.delivered).toEqual([uuid(1)]);
      mutes.set("a", START + HOUR);
      harness.recordOfType("REPEATED", "a");
      harness.recordOfType("RESOLVED", "a");
      harness.recordOfType("NOTED", "a");
      harness.isUnresolved = () => false;
      await harness.advance(MINUTE);
      expect(harness.delivered).toEqual([uuid(1)]);
      harness.crash();
      await harness.advance(2 * HOUR);
      expect(harness.bodies).toEqual([uuid(1), uuid(3)]);
      expect([harness.store.held.count, harness.pendingIds]).toEqual([0, []]);
    }));

  it("include the resolve when a later entry shows that the alert is not muted any more", () =>
    withHarness(async (harness) => {
      harness.record("a");
      await harness.advance(MINUTE);
      harness.mutedUntil = () => START + DAY;
      harness.recordOfType("RESOLVED", "a");
      harness.isUnresolved = () => false;
      await harness.advance(MINUTE);
      harness.mutedUntil = () => null;
      harness.recordOfType("NOTED", "a");
      await harness.scheduler.run();
      expect(harness.bodies.toSorted()).toEqual([uuid(1), uuid(2), uuid(3)]);
      expect(harness.store.held.count).toBe(0);
    }));

  it("include the resolve once, also when it is read after the end of the mute", () =>
    withHarness(async (harness) => {
      const mutes = new Mutes(harness);
      harness.record("a");
      await harness.advance(MINUTE);
      mutes.set("a", START + HOUR);
      harness.recordOfType("ACKNOWLEDGED", "a");
      await harness.advance(HOUR - 2 * MINUTE);
      // Recorded, but the object is not notified before it asks about the held alert.
      harness.entries.push({ alertId: "a", type: "RESOLVED", xid: 3n, id: uuid(3), recordedAt: harness.now });
      harness.isUnresolved = () => false;
      await harness.advance(HOUR);
      harness.scheduler.wake(3n);
      await harness.advance(MINUTE);
      expect(harness.bodies).toEqual([uuid(1), uuid(3)]);
    }));

  it("are asked about again when a silence changes", () =>
    withHarness(async (harness) => {
      const mutes = new Mutes(harness);
      mutes.set("a", START + DAY);
      harness.record("a");
      await harness.advance(MINUTE);
      mutes.set("a", START + 2 * DAY);
      expect(await harness.scheduler.run()).toBe(START + 2 * DAY);
      mutes.set("a", 0);
      await harness.scheduler.run();
      expect(harness.bodies).toEqual([`unmuted ${uuid(1)}`]);
    }));

  it("are asked about again when a snooze changes", () =>
    withHarness(async (harness) => {
      harness.mutedUntil = () => START + DAY;
      harness.record("a");
      await harness.advance(MINUTE);
      harness.mutedUntil = () => null;
      harness.snoozeChanged.push("a");
      harness.scheduler.wake(2n);
      await harness.scheduler.run();
      expect(harness.bodies).toEqual([`unmuted ${uuid(1)}`]);
    }));

  it("are kept when the mute begins while they wait for another attempt", () =>
    withHarness(async (harness) => {
      harness.answer = () => FAILED;
      harness.record("a", "a");
      await harness.scheduler.run();
      expect(harness.attempted).toEqual([uuid(1)]);
      // Nobody notified the object.
      harness.mutedUntil = () => START + HOUR;
      await harness.advance(30 * MINUTE);
      expect(harness.attempted).toEqual([uuid(1)]);
      harness.mutedUntil = () => null;
      harness.answer = () => DELIVERED;
      await harness.advance(HOUR);
      expect(harness.bodies).toEqual([`unmuted ${uuid(1)}`]);
    }));

  it("do not stop the messages of other alerts, however many there are", () =>
    withHarness(async (harness) => {
      harness.mutedUntil = (alertId) => (alertId === "loud" ? null : START + HOUR);
      harness.record(...Array.from({ length: 11_000 }, (_, i) => `a${i}`), "loud");
      await harness.scheduler.run();
      expect(harness.delivered).toEqual([uuid(11_001)]);
      expect(harness.store.held.count).toBe(11_000);
    }));

  it("survive a restart of the object", () =>
    withHarness(async (harness) => {
      new Mutes(harness).set("a", START + HOUR);
      harness.record("a");
      await harness.scheduler.run();
      harness.crash();
      await harness.advance(HOUR);
      expect(harness.bodies).toEqual([`unmuted ${uuid(1)}`]);
    }));

  it("wait while Postgres does not answer at the end of the mute", () =>
    withHarness(async (harness) => {
      new Mutes(harness).set("a", START + HOUR);
      harness.record("a");
      await harness.scheduler.run();
      harness.isDatabaseDown = true;
      await harness.advance(90 * MINUTE);
      expect(harness.delivered).toEqual([]);
      harness.isDatabaseDown = false;
      await harness.advance(HOUR);
      expect(harness.bodies).toEqual([`unmuted ${uuid(1)}`]);
    }));

  it("leave as usual when a new entry shows that the alert is not muted any more", () =>
    withHarness(async (harness) => {
      harness.mutedUntil = () => START + DAY;
      harness.record("a");
      await harness.advance(MINUTE);
      harness.mutedUntil = () => null;
      harness.record("a");
      await harness.scheduler.run();
      expect(harness.bodies).toEqual([`unmuted ${uuid(2)}`]);
      expect(await harness.scheduler.run()).toBeNull();
    }));

  const ALERTS = ["a", "b", "c"];
  const step = fc.oneof(
    fc.record({ kind: fc.constant("entry" as const), alert: fc.constantFrom(...ALERTS), isUnresolved: fc.boolean() }),
    fc.record({
      kind: fc.constant("mute" as const),
      alert: fc.constantFrom(...ALERTS),
      ms: fc.integer({ min: 0, max: 3 * HOUR }),
    }),
    fc.record({ kind: fc.constant("pass" as const), ms: fc.integer({ min: 1, max: 2 * HOUR }) }),
    fc.record({ kind: fc.constant("endpoint" as const), isUp: fc.boolean() }),
    fc.record({ kind: fc.constant("crash" as const) }),
  );

  it(
    "never leave while the alert is muted; one leaves when the mute of an unresolved alert ends",
    { timeout: 60_000 },
    () =>
      fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 40 }), (steps) =>
          withHarness(async (harness) => {
            const mutes = new Mutes(harness);
            const unresolved = new Map<string, boolean>();
            harness.isUnresolved = (alertId) => unresolved.get(alertId) ?? true;
            let isUp = true;
            const early: string[] = [];
            harness.answer = ({ alertId }) => {
              if (mutes.until(alertId) !== null) early.push(alertId);
              return isUp ? DELIVERED : FAILED;
            };
            for (const one of steps) {
              if (one.kind === "entry") {
                unresolved.set(one.alert, one.isUnresolved);
                harness.record(one.alert);
              } else if (one.kind === "mute") mutes.set(one.alert, harness.now + one.ms);
              else if (one.kind === "pass") await harness.advance(one.ms);
              else if (one.kind === "endpoint") isUp = one.isUp;
              else harness.crash();
              if (one.kind !== "pass") await harness.advance(0);
            }
            // Every mute ends before the retry window does.
            isUp = true;
            await harness.advance(12 * HOUR);
            expect(early).toEqual([]);
            expect([harness.store.held.count, harness.pendingIds]).toEqual([0, []]);
            for (const alert of ALERTS) {
              const entries = harness.entries.filter(({ alertId }) => alertId === alert);
              const last = entries.at(-1);
              // The last entry was sent, or stands for by a message after the mute.
              if (!last || !harness.isUnresolved(alert)) continue;
              const at = harness.attempts.findLast((attempt) => attempt.alertId === alert && attempt.isDelivered)?.at;
              expect(at).toBeGreaterThanOrEqual(last.recordedAt);
            }
          }),
        ),
        { numRuns: 150 },
      ),
  );

  it("leave exactly once after a mute", { timeout: 60_000 }, () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 5 * HOUR }), { minLength: 1, maxLength: 6 }),
        fc.array(fc.integer({ min: -HOUR, max: 3 * HOUR }), { maxLength: 5 }),
        fc.boolean(),
        (recordedAt, ends, isUnresolved) =>
          withHarness(async (harness) => {
            const mutes = new Mutes(harness);
            harness.isUnresolved = () => isUnresolved;
            mutes.set("a", START + 6 * HOUR);
            const times = [
              ...recordedAt.map((at) => ({ at, end: null })),
              ...ends.map((end, i) => ({ at: i * HOUR, end })),
            ];
            for (const { at, end } of times.toSorted((x, y) => x.at - y.at)) {
              await harness.advanceTo(START + at);
              // Changes of the silence that do not end it.
              if (end !== null) mutes.set("a", START + 6 * HOUR + Math.max(end, 0));
              else harness.record("a");
              await harness.advance(0);
            }
            expect(harness.attempted).toEqual([]);
            await harness.advance(10 * HOUR + SECOND);
            expect(harness.bodies).toHaveLength(isUnresolved ? 1 : 0);
            if (isUnresolved) expect(harness.bodies[0]).toMatch(/^unmuted /);
          }),
      ),
      { numRuns: 60 },
    ),
  );
});
