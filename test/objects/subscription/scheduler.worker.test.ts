import { fc } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { DAY, HOUR, MINUTE, SECOND } from "../../../src/lib/time.ts";
import type { AttemptResult } from "../../../src/objects/subscription/dependencies.ts";
import { CONFIG, DELIVERED, FAILED, START, uuid, withHarness } from "./harness.ts";

const UNSENDABLE: AttemptResult = {
  isDelivered: false,
  statusCode: null,
  error: "Transformation failed: no",
  retryAfterMs: null,
  isPermanent: true,
};
const SKIPPED: AttemptResult = { isDelivered: true, statusCode: null, skipped: "nothing to send" };
const RESULTS = { UNSENDABLE, SKIPPED };

describe("The scheduler", () => {
  it("delivers all entries, those of an alert in order, and then plans no work and stores nothing", () =>
    withHarness(async (harness) => {
      harness.record(...Array.from({ length: 500 }, (_, i) => `a${i % 7}`));
      expect(await harness.scheduler.run()).toBeNull();
      expect(harness.delivered.toSorted()).toEqual(harness.entries.map(({ id }) => id));
      for (const alert of ["a0", "a3"])
        expect(harness.deliveredOf(alert)).toEqual(harness.deliveredOf(alert).toSorted());
      expect([harness.pendingIds, harness.scheduler.nextAttemptAt]).toEqual([[], null]);
      expect(harness.maxInFlight).toBe(6);
    }));

  it("sends one message of an alert at a time", () =>
    withHarness(async (harness) => {
      harness.record(...Array.from({ length: 50 }, () => "a"));
      await harness.scheduler.run();
      expect(harness.maxInFlight).toBe(1);
    }));

  it("delays only the alert whose message failed, with its later messages", () =>
    withHarness(async (harness) => {
      harness.answer = ({ alertId }) => (alertId === "poison" ? FAILED : DELIVERED);
      harness.record("poison", "a", "poison", "b", "a");
      expect(await harness.scheduler.run()).toBe(START + 3.75 * SECOND);
      expect(harness.scheduler.nextAttemptAt).toBe(START + 3.75 * SECOND);
      expect(harness.delivered).toHaveLength(3);
      expect(harness.pendingIds).toEqual([uuid(1), uuid(3)]);
      harness.answer = () => DELIVERED;
      await harness.advanceTo(START + MINUTE);
      expect(harness.deliveredOf("poison")).toEqual([uuid(1), uuid(3)]);
    }));

  it("gives up a message that is itself at fault at once, continues with the next one of its alert, and keeps the circuit closed", () =>
    withHarness(async (harness) => {
      harness.answer = ({ id }) => (Number(id.slice(-2)) % 2 === 1 ? UNSENDABLE : DELIVERED);
      harness.record("a", "a", "b", "b", "c", "c", "d", "d");
      expect(await harness.scheduler.run()).toBeNull();
      expect(harness.delivered.toSorted()).toEqual([uuid(2), uuid(4), uuid(6), uuid(8)]);
      expect(harness.store.deadLetters.list(null, 10)).toMatchObject(
        [1, 3, 5, 7].map((n) => ({ id: uuid(n), attempts: 1, error: "Transformation failed: no" })),
      );
      expect([harness.scheduler.isCircuitOpen, harness.pendingIds]).toEqual([false, []]);
    }));

  it.each([["at fault", "UNSENDABLE"] as const, ["skipped", "SKIPPED"] as const])(
    "learns nothing about a broken endpoint from a probe that is %s",
    (_, kind) =>
      withHarness(async (harness) => {
        harness.answer = () => FAILED;
        harness.record("a", "b", "c");
        await harness.scheduler.run();
        expect(harness.scheduler.isCircuitOpen).toBe(true);
        harness.answer = ({ alertId }) => (alertId === "d" ? RESULTS[kind] : FAILED);
        harness.record("d");
        await harness.advance(MINUTE);
        expect(harness.scheduler.isCircuitOpen).toBe(true);
        expect(harness.store.deadLetters.count).toBe(kind === "UNSENDABLE" ? 1 : 0);
        harness.answer = () => DELIVERED;
        await harness.advance(10 * MINUTE);
        expect([harness.scheduler.isCircuitOpen, harness.pendingIds]).toEqual([false, []]);
      }),
  );

  it("delivers everything in order after an outage of an hour, and spares the endpoint during it", () =>
    withHarness(async (harness) => {
      harness.answer = () => FAILED;
      for (let minute = 0; minute < 60; minute++) {
        harness.record(...Array.from({ length: 20 }, (_, i) => `a${(minute + i) % 25}`));
        await harness.advanceTo(START + (minute + 1) * MINUTE);
      }
      expect(harness.delivered).toEqual([]);
      // 1,200 entries, and a few dozen attempts.
      expect(harness.attempted.length).toBeLessThan(60);
      expect(harness.pendingIds.length).toBeLessThan(400);
      harness.answer = () => DELIVERED;
      await harness.advance(5 * MINUTE);
      expect(new Set(harness.delivered).size).toBe(1200);
      for (let i = 0; i < 25; i++)
        expect(harness.deliveredOf(`a${i}`)).toEqual(harness.deliveredOf(`a${i}`).toSorted());
      expect([harness.scheduler.isCircuitOpen, harness.pendingIds, harness.store.deadLetters.count]).toEqual([
        false,
        [],
        0,
      ]);
    }));

  it("delivers new alerts while bad messages of old ones keep the circuit open", () =>
    withHarness(async (harness) => {
      harness.answer = ({ alertId }) => (alertId.startsWith("poison") ? FAILED : DELIVERED);
      harness.record("poison1", "poison2", "poison3", "poison4", "poison5");
      await harness.advanceTo(START + HOUR);
      expect(harness.scheduler.isCircuitOpen).toBe(true);
      harness.record("new");
      await harness.advance(5 * MINUTE);
      expect(harness.deliveredOf("new")).toHaveLength(1);
    }));

  it("writes one row for each delivered page, and few for an outage", () =>
    withHarness(async (harness) => {
      const count = harness.countWrites();
      harness.record(...Array.from({ length: 1000 }, (_, i) => `a${i}`));
      await harness.scheduler.run();
      // Ten pages, and the time of the last delivery once a second.
      expect(count()).toBe(11);
      harness.answer = () => FAILED;
      harness.record(...Array.from({ length: 1000 }, (_, i) => `b${i}`));
      await harness.advance(2 * MINUTE);
      // The circuit is open: unread entries write nothing.
      expect(count()).toBeLessThan(1000);
      harness.answer = () => DELIVERED;
      await harness.advance(HOUR);
      expect([new Set(harness.delivered).size, harness.pendingIds]).toEqual([2000, []]);
    }));

  it("waits for Postgres, which keeps the entries", () =>
    withHarness(async (harness) => {
      harness.isDatabaseDown = true;
      harness.record("a");
      await harness.advanceTo(START + 10 * MINUTE);
      expect(harness.reads).toBeLessThan(12);
      harness.isDatabaseDown = false;
      await harness.advanceTo(START + 30 * MINUTE);
      expect(harness.delivered).toEqual([uuid(1)]);
    }));

  it("looks again until it sees the transaction that it was woken for", () =>
    withHarness(async (harness) => {
      harness.scheduler.wake(5n);
      await harness.advanceTo(START + SECOND);
      expect(harness.reads).toBeGreaterThan(2);
      harness.record("a", "a", "a", "a", "a");
      await harness.advanceTo(START + MINUTE);
      expect(harness.delivered).toHaveLength(5);
      expect(await harness.scheduler.run()).toBeNull();
    }));

  it("sends nothing while the subscription is disabled, and everything after it is enabled again", () =>
    withHarness(async (harness) => {
      harness.store.configure({ ...CONFIG, isEnabled: false }, harness.now);
      harness.record("a", "b");
      expect(await harness.scheduler.run()).toBeNull();
      expect([harness.delivered, harness.reads]).toEqual([[], 0]);
      // Longer than the retry window, without an attempt.
      harness.now += 3 * DAY;
      harness.store.configure(CONFIG, harness.now);
      harness.answer = () => FAILED;
      harness.scheduler.wake(0n);
      await harness.advance(HOUR);
      expect(harness.store.deadLetters.count).toBe(0);
      harness.answer = () => DELIVERED;
      await harness.advance(HOUR);
      expect(harness.delivered.toSorted()).toEqual([uuid(1), uuid(2)]);
    }));

  it("delivers other alerts within minutes, for any Retry-After of the failing messages", () =>
    withHarness(async (harness) => {
      harness.answer = ({ alertId }) =>
        alertId.startsWith("poison") ? { ...FAILED, retryAfterMs: 10 * HOUR } : DELIVERED;
      harness.record("poison1", "poison2", "poison3");
      await harness.advance(SECOND);
      expect(harness.scheduler.isCircuitOpen).toBe(true);
      harness.record("new");
      await harness.advance(5 * MINUTE);
      expect(harness.deliveredOf("new")).toHaveLength(1);
    }));

  it("delivers other alerts within minutes when one alert fills the pending messages, and gives up its oldest ones", () =>
    withHarness(async (harness) => {
      harness.answer = ({ alertId }) => (alertId === "poison" ? FAILED : DELIVERED);
      harness.record(...Array.from({ length: 12_000 }, () => "poison"));
      await harness.advanceTo(START + MINUTE);
      harness.record("new");
      await harness.advanceTo(START + 30 * MINUTE);
      expect(harness.deliveredOf("new")).toHaveLength(1);
      const dead = harness.store.deadLetters.list(null, 20_000).map(({ id }) => id);
      const pending = harness.pendingIds;
      expect(dead.length + pending.length).toBe(12_000);
      expect(dead).toEqual(Array.from(dead, (_, i) => uuid(i + 1)));
      expect(pending.length).toBeLessThanOrEqual(10_400);
    }));

  it("continues within an hour after the clock was set back", () =>
    withHarness(async (harness) => {
      harness.answer = () => FAILED;
      harness.record("a", "b", "c", "d");
      await harness.advanceTo(START + 5 * MINUTE);
      harness.now -= 10 * HOUR;
      harness.answer = () => DELIVERED;
      await harness.advance(HOUR);
      expect(new Set(harness.delivered).size).toBe(4);
    }));

  it("sends with the current config, even when it changes during a read", () =>
    withHarness(async (harness) => {
      harness.record("a", "b");
      harness.duringRead = () => harness.store.configure({ ...CONFIG, isEnabled: false }, harness.now);
      await harness.scheduler.run();
      expect(harness.attempted).toEqual([]);
      harness.duringRead = () => {};
      harness.store.configure(CONFIG, harness.now);
      harness.duringRead = () => harness.store.configure({ ...CONFIG, url: "https://elsewhere.test" }, harness.now);
      harness.record("c");
      await harness.scheduler.run();
      expect(new Set(harness.urls)).toEqual(new Set(["https://elsewhere.test"]));
      expect(harness.delivered).toHaveLength(3);
    }));

  type Step =
    | { kind: "record"; alerts: number[] }
    | { kind: "wait"; minutes: number }
    | { kind: "crash" | "fail" | "recover" | "database down" | "database up" }
    | { kind: "poison"; alert: number }
    | { kind: "crash in"; messages: number };
  const step: fc.Arbitrary<Step> = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant("record" as const),
        alerts: fc.array(fc.nat(6), { minLength: 1, maxLength: 40 }),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constant("wait" as const), minutes: fc.integer({ min: 0, max: 400 }) }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("poison" as const), alert: fc.nat(6) }) },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant("crash in" as const), messages: fc.integer({ min: 1, max: 60 }) }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constantFrom(
          "crash" as const,
          "fail" as const,
          "recover" as const,
          "database down" as const,
          "database up" as const,
        ),
      }),
    },
  );

  it("loses nothing and keeps the order of each alert, for any failures at any time", () =>
    fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), (steps) =>
        withHarness(async (harness) => {
          let isFailing = false;
          let poison: string | null = null;
          harness.answer = ({ alertId }) => (isFailing || alertId === poison ? FAILED : DELIVERED);
          for (const one of steps) {
            if (one.kind === "record") harness.record(...one.alerts.map(String));
            else if (one.kind === "wait") await harness.advance(one.minutes * MINUTE);
            else if (one.kind === "poison") poison = String(one.alert);
            else if (one.kind === "crash") harness.crash();
            else if (one.kind === "crash in") harness.crashIn = one.messages;
            else if (one.kind.startsWith("database")) harness.isDatabaseDown = one.kind === "database down";
            else isFailing = one.kind === "fail";
          }
          [isFailing, poison, harness.isDatabaseDown] = [false, null, false];
          harness.crashIn = 0;
          // The cron does so.
          harness.scheduler.wake(0n);
          await harness.advance(2 * HOUR);
          const dead = new Set(harness.store.deadLetters.list(null, 10_000).map(({ id }) => id));
          expect(new Set([...harness.delivered, ...dead])).toEqual(new Set(harness.entries.map(({ id }) => id)));
          expect(harness.pendingIds).toEqual([]);
          for (let alert = 0; alert <= 6; alert++) {
            const alive = harness.deliveredOf(String(alert)).filter((id) => !dead.has(id));
            expect(alive).toEqual(alive.toSorted());
          }
        }),
      ),
      { numRuns: 150 },
    ));
});
