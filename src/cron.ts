/** The daily run: the jobs that no request waits for. Without work it costs one request to Postgres. */
import { purgeAnswers } from "./api/idempotency.ts";
import { syncSample } from "./api/integrations/sync-configs.ts";
import { retentionSteps } from "./api/retention.ts";
import { refreshChangedSubscriptions } from "./api/subscriptions/refresh-changed.ts";
import { purgeSignIns } from "./db/sessions.ts";
import { removeExpiredSilences } from "./db/silences.ts";
import { MAX_RUN_MS, runSteps, type Step } from "./db/steps.ts";
import { log } from "./lib/log.ts";

/** The first step of each job. @param now Unix ms */
const firstSteps = (env: Env, now: number): Step[] => [
  purgeSignIns(new Date(now)),
  purgeAnswers(now),
  removeExpiredSilences(now),
  refreshChangedSubscriptions(env, now),
  syncSample(env, now),
  ...retentionSteps(env, now),
];

/**
 * Runs every job. A job that fails does not stop the others. Logs one line.
 * @param now Unix ms
 * @throws Error with the names of the failed jobs, so that Cloudflare records the run as failed
 */
export async function runDaily(env: Env, now: number, maxMs = MAX_RUN_MS, steps = firstSteps(env, now)): Promise<void> {
  const startedAt = Date.now();
  const { counts, errors, left } = await runSteps(env, steps, maxMs);
  const failed = Object.keys(errors);
  const line = { ...counts, left: left.join(", "), tookMs: Date.now() - startedAt };
  if (failed.length === 0) return log.info("daily run", line);
  log.error("daily run failed", { ...line, error: failed.map((job) => `${job}: ${errors[job]}`).join("; ") });
  throw new Error(`daily run failed: ${failed.join(", ")}`);
}
