/** What is kept for so many days only: deliveries, alerts with their timelines, the audit log. */
import { type Database, type DatabaseSettings, withConnection } from "../db/client.ts";
import { safeMessage } from "../db/errors.ts";
import { type DeleteBatch, deleteAlerts, deleteAuditEvents, deleteDeliveries, type Stretch } from "../db/retention.ts";
import { log } from "../lib/log.ts";
import { DAY, SECOND } from "../lib/time.ts";

/** For how many days each is kept: whole numbers; 0, or nothing: for good. */
export interface RetentionSettings extends DatabaseSettings {
  DELIVERY_RETENTION_DAYS?: string;
  ALERT_RETENTION_DAYS?: string;
  AUDIT_RETENTION_DAYS?: string;
}

interface Kept {
  name: "deliveries" | "alerts" | "auditEvents";
  setting: "DELIVERY_RETENTION_DAYS" | "ALERT_RETENTION_DAYS" | "AUDIT_RETENTION_DAYS";
  deleteBatch: (db: Database, stretch: Stretch, limit: number) => Promise<DeleteBatch>;
}

const KEPT: readonly Kept[] = [
  { name: "deliveries", setting: "DELIVERY_RETENTION_DAYS", deleteBatch: deleteDeliveries },
  { name: "alerts", setting: "ALERT_RETENTION_DAYS", deleteBatch: deleteAlerts },
  { name: "auditEvents", setting: "AUDIT_RETENTION_DAYS", deleteBatch: deleteAuditEvents },
];

/** The pace, as `npm run bench -- retention` found it to leave ingest and lists alone. */
const BATCH = 500;

/** After a batch Postgres is left alone for so many times as long as it took. */
const REST = 9;

/** The cron runs every five minutes: what is left then waits for its next turn. */
export const LONGEST_MS = 240 * SECOND;

/** More than anybody means, and within the calendar of Postgres. */
const MOST_DAYS = 36_500;

/** Days that a setting keeps something for; null: it is no whole number of days. */
export function retentionDays(setting = ""): number | null {
  const days = setting.trim() === "" ? 0 : Number(setting);
  return Number.isInteger(days) && days >= 0 && days <= MOST_DAYS ? days : null;
}

/** A kind that has something to delete, as far as it has come. */
interface DeletedSoFar extends Kept {
  stretch: Stretch;
}

/**
 * Deletes what is past its retention: batch by batch, each kind in its turn, so that none waits for another to be finished;
 * one that fails is left for the next run. Writes one line to the log. Of a setting that is no number of days everything is
 * kept, and that is logged too.
 * @param now Unix ms
 * @param longestMs begins no more batches after so long than one of each
 * @returns how many of each it deleted
 */
export async function expire(
  env: RetentionSettings,
  now: number,
  longestMs = LONGEST_MS,
): Promise<Partial<Record<Kept["name"], number>>> {
  const startedAt = Date.now();
  const deleted: Partial<Record<Kept["name"], number>> = {};
  const failed: Partial<Record<Kept["name"], string>> = {};
  let turns = KEPT.flatMap((kept) => turnOf(kept, env, now));
  if (turns.length === 0) return deleted;
  for (const { name } of turns) deleted[name] = 0;
  do {
    const left: DeletedSoFar[] = [];
    for (const turn of turns) {
      const batchAt = Date.now();
      try {
        const { deleted: count, next } = await withConnection(env, (db) => turn.deleteBatch(db, turn.stretch, BATCH));
        deleted[turn.name] = (deleted[turn.name] ?? 0) + count;
        if (next !== null) left.push({ ...turn, stretch: { ...turn.stretch, from: next } });
      } catch (error) {
        failed[turn.name] = safeMessage(error);
      }
      if (left.length > 0) await rest((Date.now() - batchAt) * REST);
    }
    turns = left;
  } while (turns.length > 0 && Date.now() - startedAt < longestMs);
  const left = turns.map(({ name }) => name).join(", ");
  const line = { ...deleted, left, tookMs: Date.now() - startedAt };
  const faults = Object.entries(failed).map(([name, fault]) => `${name}: ${fault}`);
  if (faults.length > 0) log.error("retention failed", { ...line, error: faults.join("; ") });
  else log.info("retention", line);
  return deleted;
}

function turnOf(kept: Kept, env: RetentionSettings, now: number): DeletedSoFar[] {
  const given = env[kept.setting];
  const days = retentionDays(given);
  if (days === null) {
    log.error("retention setting is not a whole number of days: everything is kept", { setting: kept.setting, given });
  }
  return days === null || days === 0
    ? []
    : [{ ...kept, stretch: { from: new Date(0), before: new Date(now - days * DAY) } }];
}

const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
