import { and, asc, desc, eq, gte, ilike, inArray, lt, or, sql } from "drizzle-orm";
import type { Database } from "./client.ts";
import type { Reach } from "../lib/principal.ts";
import { type After, before, inTeams } from "./keyset.ts";
import { alertEvents, alerts } from "./schema.ts";

type AlertRow = typeof alerts.$inferSelect;

/** Every condition that is given must hold. */
export interface AlertFilter {
  status?: AlertRow["status"][] | undefined;
  severity?: AlertRow["severity"][] | undefined;
  integrationId?: string | undefined;
  q?: string | undefined;
  /** Names and values that the metadata must have. */
  labels?: Readonly<Record<string, string>> | undefined;
  since?: Date | undefined;
  until?: Date | undefined;
}

/** Alerts, the latest triggered first. */
export function listAlerts(db: Database, reach: Reach, filter: AlertFilter, after: After | null, limit: number) {
  const pattern = filter.q === undefined ? undefined : `%${filter.q.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  return db
    .select()
    .from(alerts)
    .where(
      and(
        filter.status && inArray(alerts.status, filter.status),
        filter.severity && inArray(alerts.severity, filter.severity),
        filter.integrationId === undefined ? undefined : eq(alerts.integrationId, filter.integrationId),
        inTeams(alerts.teamId, reach),
        pattern === undefined ? undefined : or(ilike(alerts.title, pattern), ilike(alerts.description, pattern)),
        filter.since && gte(alerts.triggeredAt, filter.since),
        filter.until && lt(alerts.triggeredAt, filter.until),
        before(alerts.triggeredAt, alerts.id, after),
      ),
    )
    .orderBy(desc(alerts.triggeredAt), desc(alerts.id))
    .limit(limit);
}

/** The alert with this id, if there is one. */
export async function findAlert(db: Database, id: string) {
  const [alert] = await db.select().from(alerts).where(eq(alerts.id, id));
  return alert;
}

/** What happened to an alert, in the order in which it took effect. */
export function listTimeline(db: Database, alertId: string, after: After | null, limit: number) {
  return db
    .select()
    .from(alertEvents)
    .where(
      and(
        eq(alertEvents.alertId, alertId),
        after
          ? sql`(${alertEvents.version}, ${alertEvents.id}) > (${after.sortedBy}::integer, ${after.id}::uuid)`
          : undefined,
      ),
    )
    .orderBy(asc(alertEvents.version), asc(alertEvents.id))
    .limit(limit);
}
