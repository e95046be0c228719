/**
 * Makes the objects of changed subscriptions load their config, in case they missed a change. A deleted subscription gets no notifications, so
 * only this removes its state. The other objects also load their config when they are notified of new timeline entries.
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
