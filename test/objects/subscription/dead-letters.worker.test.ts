import { describe, expect, it } from "vitest";
import { DAY, HOUR, MINUTE } from "../../../src/lib/time.ts";
import { CONFIG, DELIVERED, FAILED, GONE, START, uuid, withHarness } from "./harness.ts";

describe("The scheduler", () => {
  it("gives up a message after a day, and continues with the next one of its alert", () =>
    withHarness(async (harness) => {
      harness.answer = ({ id }) => (id === uuid(1) ? FAILED : DELIVERED);
      harness.record("a", "a");
      await harness.advanceTo(START + DAY - 1);
      expect(harness.delivered).toEqual([]);
      await harness.advanceTo(START + DAY + HOUR);
      expect(harness.delivered).toEqual([uuid(2)]);
      const [letter] = harness.store.deadLetters.list(null, 10);
      expect(letter).toMatchObject({ id: uuid(1), alertId: "a", error: "HTTP 503", recordedAt: START });
      expect(letter?.attempts).toBeGreaterThan(20);
    }));

  it("gives up entries a day old during an outage, read or not, and delivers the others after it", () =>
    withHarness(async (harness) => {
      harness.answer = () => FAILED;
      harness.record(...Array.from({ length: 300 }, (_, i) => `a${i}`));
      await harness.advanceTo(START + 20 * HOUR);
      harness.record(...Array.from({ length: 300 }, (_, i) => `b${i}`));
      await harness.advanceTo(START + 26 * HOUR);
      expect(harness.store.deadLetters.count).toBe(300);
      harness.answer = () => DELIVERED;
      await harness.advance(10 * MINUTE);
      expect(new Set(harness.delivered)).toEqual(new Set(harness.entries.slice(300).map(({ id }) => id)));
    }));

  it("gives up all pending messages when the endpoint answers 410, and none while Postgres is down", () =>
    withHarness(async (h) => {
      h.answer = ({ alertId }) => (alertId === "gone" ? GONE : FAILED);
      h.record("a", "a", "gone", "gone", "b");
      await h.advance(1000);
      expect([h.pendingIds, h.store.deadLetters.count, h.store.config?.isEnabled]).toEqual([[], 5, false]);
      expect(new Set(h.store.deadLetters.list(null, 9).map(({ error }) => error))).toEqual(new Set(["HTTP 410"]));
    }));

  it("retries a message that was answered 410 until the subscription could be ended", () =>
    withHarness(async (h) => {
      h.answer = () => GONE;
      h.record("a");
      h.scheduler.wake(1n);
      h.duringRead = () => (h.isDatabaseDown = true);
      await h.advance(1000);
      expect([h.pendingIds.length, h.store.deadLetters.count]).toEqual([1, 0]);
      h.duringRead = () => {};
      h.isDatabaseDown = false;
      await h.advance(60_000);
      expect([h.pendingIds.length, h.store.deadLetters.count]).toEqual([0, 1]);
    }));

  it("resends one dead letter or all of them", () =>
    withHarness(async (harness) => {
      harness.answer = () => FAILED;
      harness.record("a", "b", "c", "a");
      await harness.advanceTo(START + 2 * DAY);
      expect([harness.store.deadLetters.count, harness.pendingIds]).toEqual([4, []]);
      harness.answer = () => DELIVERED;
      expect(harness.scheduler.resend(uuid(3))).toBe(1);
      await harness.advance(HOUR);
      expect(harness.delivered).toEqual([uuid(3)]);
      expect(harness.scheduler.resend(null)).toBe(3);
      await harness.advance(HOUR);
      expect(harness.delivered.toSorted()).toEqual([1, 2, 3, 4].map(uuid));
      expect(harness.deliveredOf("a")).toEqual([uuid(1), uuid(4)]);
      expect([harness.store.deadLetters.count, harness.scheduler.resend(null)]).toEqual([0, 0]);
    }));

  it("gives up no entry at once that it could not read for a day because Postgres was down", () =>
    withHarness(async (harness) => {
      harness.isDatabaseDown = true;
      harness.record(...Array.from({ length: 300 }, (_, i) => `a${i}`));
      await harness.advanceTo(START + 30 * HOUR);
      harness.isDatabaseDown = false;
      harness.answer = () => FAILED;
      harness.scheduler.wake(0n);
      await harness.advance(10 * MINUTE);
      expect(harness.attempted.length).toBeGreaterThan(3);
      expect(harness.store.deadLetters.count).toBe(0);
      harness.answer = () => DELIVERED;
      await harness.advance(HOUR);
      expect(new Set(harness.delivered).size).toBe(300);
    }));

  it("restarts the retry window of pending messages when the subscription is enabled again", () =>
    withHarness(async (harness) => {
      harness.answer = () => FAILED;
      harness.record("a", "b", "a");
      await harness.advanceTo(START + MINUTE);
      expect(harness.pendingIds).toHaveLength(3);
      harness.store.configure({ ...CONFIG, isEnabled: false }, harness.now);
      harness.now += 3 * DAY;
      harness.store.configure(CONFIG, harness.now);
      harness.scheduler.wake(0n);
      await harness.advance(HOUR);
      expect([harness.store.deadLetters.count, harness.pendingIds.length]).toEqual([0, 3]);
    }));

  it("counts dead letters correctly after they are discarded, resent and purged", () =>
    withHarness(async (harness) => {
      harness.answer = () => FAILED;
      harness.record(...Array.from({ length: 30 }, (_, i) => `a${i}`));
      await harness.advanceTo(START + 2 * DAY);
      expect(harness.store.deadLetters.count).toBe(30);
      expect(harness.store.deadLetters.remove(uuid(1))).toBe(true);
      expect(harness.store.deadLetters.remove(uuid(1))).toBe(false);
      harness.scheduler.resend(uuid(2));
      harness.store.deadLetters.purge(START);
      const [{ count } = { count: 0 }] = harness.sql.exec<{ count: number }>(
        "SELECT count(*) AS count FROM dead_letters",
      );
      expect([harness.store.deadLetters.count, count]).toEqual([28, 28]);
      harness.store.deadLetters.purge(harness.now);
      expect(harness.store.deadLetters.count).toBe(0);
    }));

  it("resends nothing while the pending messages are full", () =>
    withHarness(async (harness) => {
      const template = { id: "", alertId: "", type: "CREATED" as const, recordedAt: START, body: "" };
      for (let n = 1; n <= 10_050; n++) {
        const message = { ...template, id: uuid(n), alertId: `a${n}` };
        harness.store.pending.add(message, { deadlineAt: START + DAY, attempts: 1, nextAttemptAt: START + HOUR });
      }
      for (let n = 20_001; n <= 20_020; n++)
        harness.store.deadLetters.add({ ...template, id: uuid(n), alertId: `a${n}` }, 0, "HTTP 503", START);
      harness.crash();
      expect(harness.scheduler.resend(null)).toBe(0);
      expect(harness.store.deadLetters.count).toBe(20);
    }));
});
