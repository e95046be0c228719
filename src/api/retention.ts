/** Deletes deliveries, alerts with their timelines, and audit events after their retention. The SQL is in src/db/retention.ts. */
import { type Database, type DatabaseSettings, withConnection } from "../db/client.ts";
import { safeMessage } from "../db/errors.ts";
import {
  type DeleteBatch,
  deleteAlerts,
  deleteAuditEvents,
  deleteDeliveries,
  type TimeRange,
} from "../db/retention.ts";
import { log } from "../lib/log.ts";
import { DAY, SECOND } from "../lib/time.ts";

/** Whole numbers of days; 0 or empty: keep forever. */
export interface RetentionSettings extends DatabaseSettings {
  DELIVERY_RETENTION_DAYS?: string;
  ALERT_RETENTION_DAYS?: string;
  AUDIT_RETENTION_DAYS?: string;
}

interface Kind {
  name: "deliveries" | "alerts" | "auditEvents";
  setting: "DELIVERY_RETENTION_DAYS" | "ALERT_RETENTION_DAYS" | "AUDIT_RETENTION_DAYS";
  deleteBatch: (db: Database, range: TimeRange, limit: number) => Promise<DeleteBatch>;
}

const KINDS: readonly Kind[] = [
  { name: "deliveries", setting: "DELIVERY_RETENTION_DAYS", deleteBatch: deleteDeliveries },
  { name: "alerts", setting: "ALERT_RETENTION_DAYS", deleteBatch: deleteAlerts },
  { name: "auditEvents", setting: "AUDIT_RETENTION_DAYS", deleteBatch: deleteAuditEvents },
];

/** With this pace, `npm run bench:retention` finds no effect on ingest and lists. */
const BATCH_ROWS = 500;

/** The pause after a batch, as a multiple of its duration. */
const PAUSE_FACTOR = 9;

/** The cron runs every five minutes; the next run continues. */
export const MAX_RUN_MS = 240 * SECOND;

/** A hundred years, within the range of Postgres dates. */
const MAX_DAYS = 36_500;

/** The number of days in a setting; null: the setting is invalid. */
export function retentionDays(setting = ""): number | null {
  const days = setting.trim() === "" ? 0 : Number(setting);
  return Number.isInteger(days) && days >= 0 && days <= MAX_DAYS ? days : null;
}

/** A kind with rows to delete, and the range of time that is left to search. */
interface Work extends Kind {
  range: TimeRange;
}

/**
 * Deletes expired rows in batches, one batch of each kind in turn, so that no kind waits for another. A kind that fails is
 * left for the next run. Logs one line. An invalid setting keeps everything and is logged.
 * @param now Unix ms
 * @param maxMs no new round of batches starts after this time
 * @returns the number of deleted rows of each kind
 */
export async function deleteExpired(
  env: RetentionSettings,
  now: number,
  maxMs = MAX_RUN_MS,
): Promise<Partial<Record<Kind["name"], number>>> {
  const startedAt = Date.now();
  const deleted: Partial<Record<Kind["name"], number>> = {};
  const failed: Partial<Record<Kind["name"], string>> = {};
  let work = KINDS.flatMap((kind) => workOf(kind, env, now));
  if (work.length === 0) return deleted;
  for (const { name } of work) deleted[name] = 0;
  do {
    const unfinished: Work[] = [];
    for (const kind of work) {
      const batchAt = Date.now();
      try {
        const { deleted: count, next } = await withConnection(env, (db) =>
          kind.deleteBatch(db, kind.range, BATCH_ROWS),
        );
        deleted[kind.name] = (deleted[kind.name] ?? 0) + count;
        if (next !== null) unfinished.push({ ...kind, range: { ...kind.range, from: next } });
      } catch (error) {
        failed[kind.name] = safeMessage(error);
      }
      if (unfinished.length > 0) await pause((Date.now() - batchAt) * PAUSE_FACTOR);
    }
    work = unfinished;
  } while (work.length > 0 && Date.now() - startedAt < maxMs);
  const left = work.map(({ name }) => name).join(", ");
  const line = { ...deleted, left, tookMs: Date.now() - startedAt };
  const errors = Object.entries(failed).map(([name, error]) => `${name}: ${error}`);
  if (errors.length > 0) log.error("retention failed", { ...line, error: errors.join("; ") });
  else log.info("retention", line);
  return deleted;
}

function workOf(kind: Kind, env: RetentionSettings, now: number): Work[] {
  const given = env[kind.setting];
  const days = retentionDays(given);
  if (days === null) {
    log.error("retention setting is not a whole number of days: everything is kept", { setting: kind.setting, given });
  }
  if (days === null || days === 0) return [];
  return [{ ...kind, range: { from: new Date(0), before: new Date(now - days * DAY) } }];
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
