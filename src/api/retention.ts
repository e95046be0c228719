/** Which deliveries, alerts with their timelines, and audit events have expired. The SQL is in src/db/retention.ts. */
import { deleteAlerts, deleteAuditEvents, deleteDeliveries, type TimeRange } from "../db/retention.ts";
import type { Step } from "../db/steps.ts";
import { log } from "../lib/log.ts";
import { DAY } from "../lib/time.ts";

/** Whole numbers of days; 0 or empty: keep forever. */
export interface RetentionSettings {
  DELIVERY_RETENTION_DAYS?: string;
  ALERT_RETENTION_DAYS?: string;
  AUDIT_RETENTION_DAYS?: string;
}

const KINDS: Readonly<Record<keyof RetentionSettings, (range: TimeRange) => Step>> = {
  DELIVERY_RETENTION_DAYS: deleteDeliveries,
  ALERT_RETENTION_DAYS: deleteAlerts,
  AUDIT_RETENTION_DAYS: deleteAuditEvents,
};

/** A hundred years, within the range of Postgres dates. */
const MAX_DAYS = 36_500;

/** The number of days in a setting; null: the setting is invalid. */
export function retentionDays(setting = ""): number | null {
  const days = setting.trim() === "" ? 0 : Number(setting);
  return Number.isInteger(days) && days >= 0 && days <= MAX_DAYS ? days : null;
}

/**
 * The first steps that delete expired rows, one for each kind with a retention. An invalid setting keeps everything and is logged.
 * @param now Unix ms
 */
export function retentionSteps(env: RetentionSettings, now: number): Step[] {
  return (Object.keys(KINDS) as (keyof RetentionSettings)[]).flatMap((setting) => {
    const given = env[setting];
    const days = retentionDays(given);
    if (days === null) {
      log.error("retention setting is not a whole number of days: everything is kept", { setting, given });
    }
    if (days === null || days === 0) return [];
    return [KINDS[setting]({ from: new Date(0), before: new Date(now - days * DAY) })];
  });
}
