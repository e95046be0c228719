/** The steps of the cron, which runs every five minutes. */
import { purgeAnswers } from "./api/idempotency.ts";
import { syncIntegrations } from "./api/integrations/sync.ts";
import { deleteExpired } from "./api/retention.ts";
import { purgeSignIns } from "./api/session/purge.ts";
import { wakeSubscriptions } from "./api/subscriptions/wake.ts";
import { describeError } from "./db/errors.ts";
import { log } from "./lib/log.ts";

/** @param now Unix ms */
export type CronStep = (env: Env, now: number) => Promise<unknown>;

/** The steps by name, in order; the longest comes last. */
export const CRON_STEPS: Readonly<Record<string, CronStep>> = {
  "sync integrations": (env) => syncIntegrations(env, "unsynced"),
  "wake subscriptions": wakeSubscriptions,
  "purge answers": purgeAnswers,
  "purge sign-ins": purgeSignIns,
  retention: deleteExpired,
};

/**
 * Runs every step in order. A failed step does not stop the next one.
 * @param now Unix ms
 * @throws Error with the names of the failed steps, so that Cloudflare records the run as failed
 */
export async function runCron(env: Env, now: number, steps = CRON_STEPS): Promise<void> {
  const failed: string[] = [];
  for (const [name, step] of Object.entries(steps)) {
    try {
      await step(env, now);
    } catch (error) {
      failed.push(name);
      log.error("cron step failed", { step: name, error: describeError(error) });
    }
  }
  if (failed.length > 0) throw new Error(`cron steps failed: ${failed.join(", ")}`);
}
