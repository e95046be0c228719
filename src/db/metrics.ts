import { eq, sql } from "drizzle-orm";
import { type AlertRow, selectAlertCounts, toAlertCounts } from "./alerts.ts";
import type { Database } from "./client.ts";
import { integrations, subscriptions } from "./schema.ts";

/** Counting stops here for each integration, status and severity. */
const MAX_COUNTED = 10_000;

/** Less than the timeout of any scraper. */
const STATEMENT_TIMEOUT_SECONDS = 4;

/** An integration with the labels of its metrics. */
export interface MeasuredIntegration {
  id: string;
  name: string;
  provider: string;
  teamId: string | null;
  mostShards: number;
}

/** A subscription with the labels of its metrics. */
export interface MeasuredSubscription {
  id: string;
  name: string;
  teamId: string | null;
}

/** The number of unresolved alerts of an integration with a status and a severity. */
export interface AlertCount {
  integrationId: string;
  status: AlertRow["status"];
  severity: AlertRow["severity"];
  count: number;
}

/**
 * Reads the data for `/metrics` in one round trip: the oldest integrations up to a limit and the number of all, their
 * unresolved alerts, and the oldest enabled subscriptions up to the limit. Alerts are counted in the index only.
 * @param deletedSince also measures integrations deleted since then, because their outboxes may not be empty yet
 */
export async function readMeasured(db: Database, deletedSince: Date, limit: number) {
  const isMeasured = sql`(${integrations.deletedAt} is null or ${integrations.deletedAt} >= ${deletedSince.toISOString()}::timestamptz)`;
  const { id, name, provider, teamId, mostShards, createdAt } = integrations;
  const unresolved = { status: ["OPEN", "ACKNOWLEDGED"] as AlertRow["status"][] };
  const [, rows, counts, enabledSubscriptions, { rows: mutes }] = await db.batch([
    db.execute(sql`select set_config('statement_timeout', ${`${STATEMENT_TIMEOUT_SECONDS}s`}, true)`),
    db
      .select({ id, name, provider, teamId, mostShards, known: sql<number>`(count(*) over ())::int` })
      .from(integrations)
      .where(isMeasured)
      .orderBy(createdAt, id)
      .limit(limit),
    db.execute<AlertCount & Record<string, unknown>>(sql`
      select i.id as "integrationId", s.status, v.severity, n.count
      from (select ${id} from ${integrations} where ${isMeasured} order by ${createdAt}, ${id} limit ${limit}) as i
      cross join unnest(array['OPEN', 'ACKNOWLEDGED']::alert_status[]) as s(status)
      cross join unnest(enum_range(null::alert_severity)) as v(severity)
      cross join lateral (
        select count(*)::int as count from (
          select 1 from alerts as a
          where a.integration_id = i.id and a.status = s.status and a.severity = v.severity limit ${MAX_COUNTED}
        ) as counted
      ) as n
      where n.count > 0`),
    db
      .select({ id: subscriptions.id, name: subscriptions.name, teamId: subscriptions.teamId })
      .from(subscriptions)
      .where(eq(subscriptions.isEnabled, true))
      .orderBy(subscriptions.createdAt, subscriptions.id)
      .limit(limit),
    selectAlertCounts(db, "all", unresolved),
  ]);
  return {
    known: rows[0]?.known ?? 0,
    integrations: rows.map(({ known: _, ...row }): MeasuredIntegration => row),
    alerts: counts.rows as readonly AlertCount[],
    mutedAlerts: toAlertCounts(mutes, unresolved).muted.count,
    subscriptions: enabledSubscriptions satisfies MeasuredSubscription[],
  };
}
