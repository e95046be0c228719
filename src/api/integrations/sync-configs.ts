/** Sends the configs in Postgres to objects that may not have them: `POST /v1/integrations/sync` and the daily run. */
import pLimit from "p-limit";
import { connect } from "../../db/client.ts";
import { describeError } from "../../db/errors.ts";
import { type IntegrationRow, integrationsAfter, integrationsFrom, raiseVersion } from "../../db/integrations.ts";
import { step, type Step } from "../../db/steps.ts";
import { log } from "../../lib/log.ts";
import { DAY } from "../../lib/time.ts";
import { announceConfig, pushConfig } from "../../objects/integration/announce-config.ts";

/** Connections of a request: https://developers.cloudflare.com/workers/platform/limits/#simultaneous-open-connections */
const MAX_CONCURRENT = 5;

/** The result for some integrations. */
export interface SyncResult {
  /** Integrations whose objects have the config now. */
  synced: number;
  /** The number of these with an object that had an older config, or none. */
  behind: number;
  /** Integrations with an object that could not be reached. */
  failed: string[];
}

/** Sends the configs in rows to their objects, a few at a time. One that fails does not stop the others. Never rejects. */
export async function syncConfigs(env: Env, rows: readonly IntegrationRow[]): Promise<SyncResult> {
  const results = await pLimit(MAX_CONCURRENT).map(rows, async (row) => {
    try {
      return (await syncConfig(env, row)) ? "behind" : "current";
    } catch (error) {
      log.warn("integration not synced", { integrationId: row.id, error: describeError(error) });
      return row.id;
    }
  });
  const failed = results.filter((result) => result !== "behind" && result !== "current");
  return {
    synced: rows.length - failed.length,
    behind: results.filter((result) => result === "behind").length,
    failed,
  };
}

/** @returns whether an object was behind */
async function syncConfig(env: Env, row: IntegrationRow): Promise<boolean> {
  const { version, wasBehind } = await pushConfig(env, row);
  if (version <= row.version) return wasBehind;
  // An older database was restored, and objects reject a config with a version below their own.
  const raised = await raiseVersion(connect(env), row, await announceConfig(env, row, version + 1));
  if (raised) await pushConfig(env, raised);
  return true;
}

/** Maximum number of integrations in a step. */
const STEP_INTEGRATIONS = 100;

/** Objects that one run calls at most. An invocation has 10,000 subrequests: https://developers.cloudflare.com/workers/platform/limits/ */
const MAX_OBJECTS = 8000;

/** Its multiples visit every part of 0 … 1 before long: https://en.wikipedia.org/wiki/Low-discrepancy_sequence */
const GOLDEN_RATIO = 0.618_033_988_749_895;

/** Where the sample of a day begins, as a share of all integrations. */
export const sampleStart = (day: number): number => (day * GOLDEN_RATIO) % 1;

/**
 * Syncs a sample of the integrations, another one each day. If an object of the sample was behind, syncs all integrations: objects lose
 * their configs together, for example after a change of OBJECTS_JURISDICTION.
 * @param now Unix ms
 */
export const syncSample = (env: Env, now: number): Step =>
  step(
    "configs",
    (db) => [integrationsFrom(db, sampleStart(Math.floor(now / DAY)), STEP_INTEGRATIONS)],
    async ([rows]) => {
      const { behind } = await syncConfigs(env, rows);
      const last = rows.at(-1);
      const isDone = last === undefined || behind === 0;
      return { count: behind, next: isDone ? null : syncAfter(env, last.id, { until: last.id, objects: 0 }) };
    },
  );

/** Syncs the integrations after an id, in a circle. @param run the last integration, and the number of objects so far */
const syncAfter = (env: Env, afterId: string | null, run: { until: string; objects: number }): Step =>
  step(
    "configs",
    (db) => [integrationsAfter(db, afterId, STEP_INTEGRATIONS)],
    async ([rows]) => {
      const { behind } = await syncConfigs(env, rows);
      const objects = rows.reduce((sum, { mostShards }) => sum + mostShards, run.objects);
      const lastId = rows.length < STEP_INTEGRATIONS ? null : (rows.at(-1)?.id ?? null);
      const isAround = afterId === null || afterId < run.until;
      const isDone = objects > MAX_OBJECTS || (isAround && (lastId === null || lastId >= run.until));
      return { count: behind, next: isDone ? null : syncAfter(env, lastId, { ...run, objects }) };
    },
  );
