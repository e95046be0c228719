/** The log of attempts in a real object: what it lists, keeps and writes. */
import { describe, expect, it } from "vitest";
import { DAY, SECOND } from "../../../../src/lib/time.ts";
import type { Attempt } from "../../../../src/objects/subscription/attempt.ts";
import {
  type AttemptFilter,
  ATTEMPT_RETENTION_MS,
  MAX_ATTEMPT_CHARACTERS,
  MAX_ATTEMPTS,
} from "../../../../src/objects/subscription/store/attempts.ts";
import { type Harness, START, uuid, withHarness } from "../harness.ts";

let made = 0;

const newAttempt = (attempt: Partial<Attempt> = {}): Attempt => ({
  id: uuid(++made),
  messageId: uuid(1),
  alertId: uuid(2),
  alertTitle: "Disk full",
  type: "alert.created",
  number: 1,
  startedAt: START,
  durationMs: 12,
  outcome: "delivered",
  statusCode: 204,
  error: null,
  request: { url: "https://endpoint.test/", headers: {}, body: "{}", bodyLength: 2 },
  responseBody: "",
  ...attempt,
});

const ALL: AttemptFilter = { outcome: null, messageId: null };

const idsOf = ({ store }: Harness, filter = ALL, now = START) =>
  store.attempts.list(filter, null, MAX_ATTEMPTS * 3, now).map(({ id }) => id);

describe("The log of attempts", () => {
  it("lists attempts of all rows, newest first, also after the object was evicted", () =>
    withHarness(async (harness) => {
      const ids: string[] = [];
      for (let n = 0; n < 1000; n++) {
        const attempt = newAttempt({ outcome: n % 10 === 0 ? "failed" : "delivered" });
        ids.unshift(attempt.id);
        harness.store.attempts.add(attempt, START + n * 10);
      }
      expect(idsOf(harness)).toEqual(ids);
      harness.crash();
      expect(idsOf(harness)).toEqual(ids);
      const [tenth] = harness.store.attempts.list(ALL, ids[9]!, 1, START);
      expect(tenth?.id).toBe(ids[10]);
      expect(harness.store.attempts.get(ids[500]!, START)?.id).toBe(ids[500]);
      expect(harness.store.attempts.get(uuid(0), START)).toBeNull();
      expect(idsOf(harness, { ...ALL, outcome: "failed" })).toHaveLength(100);
    }));

  it("writes at most two rows a second under load, and one for a single attempt", () =>
    withHarness(async (harness) => {
      const rows = harness.countWrites();
      harness.store.attempts.add(newAttempt(), START);
      expect(rows()).toBe(1);
      const seconds = 60;
      for (let n = 0; n < seconds * 100; n++) {
        const outcome = n % 3 === 0 ? "failed" : "delivered";
        harness.store.attempts.add(newAttempt({ outcome }), START + 1 + (n * SECOND) / 100);
      }
      expect(rows()).toBeLessThanOrEqual(2 * seconds + 1);
    }));

  it("writes one row for each attempt of a quiet subscription, and few for forgetting them", () =>
    withHarness(async (harness) => {
      const rows = harness.countWrites();
      const days = 30;
      for (let hour = 0; hour < days * 24; hour++) {
        const startedAt = START + (hour * DAY) / 24;
        harness.store.attempts.add(newAttempt({ startedAt }), startedAt);
      }
      expect(rows()).toBeLessThanOrEqual(days * 24 * 1.1);
    }));

  it("forgets attempts after seven days", () =>
    withHarness(async (harness) => {
      harness.store.attempts.add(newAttempt(), START);
      const later = START + ATTEMPT_RETENTION_MS;
      expect(idsOf(harness, ALL, later)).toHaveLength(1);
      expect(idsOf(harness, ALL, later + 1)).toEqual([]);
      harness.store.attempts.purge(later + 1);
      expect(harness.store.attempts.oldestAt).toBeNull();
    }));

  it("keeps a bounded number and size of failed attempts and of others, which do not push each other out", () =>
    withHarness(async (harness) => {
      harness.store.attempts.add(newAttempt({ outcome: "failed" }), START);
      for (let n = 0; n < MAX_ATTEMPTS * 1.5; n++) harness.store.attempts.add(newAttempt(), START + n * 100);
      const kept = idsOf(harness).length;
      expect(kept).toBeLessThanOrEqual(MAX_ATTEMPTS + 1);
      expect(kept).toBeGreaterThan(MAX_ATTEMPTS * 0.9);
      expect(idsOf(harness, { ...ALL, outcome: "failed" })).toHaveLength(1);
      const body = "x".repeat(8192);
      const request = { url: "https://endpoint.test/", headers: {}, body, bodyLength: body.length };
      for (let n = 0; n < 2000; n++) harness.store.attempts.add(newAttempt({ request }), START + n * 100);
      const [row] = harness.sql.exec("SELECT sum(length(lines)) AS total, max(length(lines)) AS longest FROM attempts");
      expect(Number(row?.total)).toBeLessThanOrEqual(MAX_ATTEMPT_CHARACTERS + 100_000);
      expect(Number(row?.longest)).toBeLessThan(1_500_000 / 3);
    }));

  it("loses nothing but itself when the storage refuses a write", () =>
    withHarness(async (harness) => {
      const { exec } = harness.sql;
      harness.sql.exec = (() => {
        throw new Error("limit reached");
      }) as never;
      harness.store.attempts.add(newAttempt(), START);
      harness.sql.exec = exec;
      const next = newAttempt();
      harness.store.attempts.add(next, START + 2 * SECOND);
      expect(idsOf(harness)).toEqual([next.id]);
    }));
});
