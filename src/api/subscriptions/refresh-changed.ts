/**
 * Makes objects of subscriptions load their config again, should they have missed a change: a deleted subscription may have state that nothing
 * else would remove. Every notification of a new timeline entry does the same for the other ones.
 */
import pLimit from "p-limit";
import { subscriptionsChangedSince } from "../../db/audit-events.ts";
import { step, type Step } from "../../db/steps.ts";
import { DAY } from "../../lib/time.ts";
import { refreshObject } from "./update.ts";

/** The daily run may have failed once. */
const CHANGED_WITHIN_MS = 2 * DAY;

const MAX_SUBSCRIPTIONS = 500;

const MAX_CONCURRENT = 5;

/** @param now Unix ms */
export const refreshChangedSubscriptions = (env: Env, now: number): Step =>
  step(
    "subscriptions",
    (db) => [subscriptionsChangedSince(db, new Date(now - CHANGED_WITHIN_MS), MAX_SUBSCRIPTIONS)],
    async ([rows]) => {
      await pLimit(MAX_CONCURRENT).map(rows, ({ id }) => refreshObject(env, id));
      return { count: rows.length, next: null };
    },
  );
