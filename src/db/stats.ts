import { and, desc, eq, gte, lt, sql } from "drizzle-orm";
import type { AlertStatus } from "../alerts/model.ts";
import { narrow, type VisibleTeams } from "../lib/principal.ts";
import { selectAlertCounts, toAlertCounts } from "./alerts.ts";
import type { Database } from "./client.ts";
import { INTEGRATION } from "./integrations.ts";
import { isVisible } from "./keyset.ts";
import { alerts, integrations, webhookDeliveries } from "./schema.ts";

/** Counting reads every index entry of the time range, so it needs a timeout. */
const STATEMENT_TIMEOUT_SECONDS = 10;

/** A team, an integration, and a range of time. */
export interface StatsFilter {
  teamId?: string | undefined;
  integrationId?: string | undefined;
  since: Date;
  until: Date;
}

/** The number of deliveries of each status in the interval that starts at `at`. */
export interface OutcomeCounts {
  at: Date;
  accepted: number;
  duplicate: number;
  rejected: number;
}

/** Counts the visible deliveries in intervals of `seconds` from `since` on; intervals without deliveries are left out. */
function selectOutcomes(
  db: Database,
  visibleTeams: VisibleTeams,
  { teamId, integrationId, since, until }: StatsFilter,
  seconds: number,
) {
  const { status, receivedAt } = webhookDeliveries;
  const at = sql<string>`date_bin(make_interval(secs => ${seconds}), ${receivedAt}, ${since.toISOString()}::timestamptz)`;
  const countOf = (value: string) => sql<number>`(count(*) filter (where ${status} = ${value}))::int`;
  return db
    .select({
      at: at.as("interval_start"),
      accepted: countOf("ACCEPTED"),
      duplicate: countOf("DUPLICATE"),
      rejected: countOf("REJECTED"),
    })
    .from(webhookDeliveries)
    .where(
      and(
        isVisible(webhookDeliveries, narrow(visibleTeams, teamId)),
        integrationId === undefined ? undefined : eq(webhookDeliveries.integrationId, integrationId),
        // Every index on the time starts with the status.
        sql`${status} = any (enum_range(null::delivery_status))`,
        gte(receivedAt, since),
        lt(receivedAt, until),
      ),
    )
    .groupBy(sql`interval_start`)
    .orderBy(sql`interval_start`);
}

/** Only the newest alerts of the time range are read. */
const MAX_ALERTS = 5000;

/** Finds the visible alert keys with the most occurrences among alerts triggered in the time range. */
export function listTopAlertKeys(
  db: Database,
  visibleTeams: VisibleTeams,
  { teamId, integrationId, since, until }: StatsFilter,
  limit: number,
) {
  const newest = db
    .select({
      id: alerts.id,
      integrationId: alerts.integrationId,
      alertKey: alerts.alertKey,
      title: alerts.title,
      occurrences: alerts.occurrences,
    })
    .from(alerts)
    .where(
      and(
        isVisible(alerts, narrow(visibleTeams, teamId)),
        integrationId === undefined ? undefined : eq(alerts.integrationId, integrationId),
        gte(alerts.triggeredAt, since),
        lt(alerts.triggeredAt, until),
      ),
    )
    .orderBy(desc(alerts.triggeredAt), desc(alerts.id))
    .limit(MAX_ALERTS)
    .as("newest");
  const occurrences = sql<number>`sum(${newest.occurrences})::int`;
  return (
    db
      .select({
        integrationId: newest.integrationId,
        alertKey: newest.alertKey,
        alertId: sql<string>`max(${newest.id}::text)`,
        title: sql<string>`(array_agg(${newest.title} order by ${newest.id} desc))[1]`,
        alerts: sql<number>`count(*)::int`,
        occurrences,
      })
      .from(newest)
      // An alert without a key forms a separate group.
      .groupBy(newest.integrationId, newest.alertKey, sql`case when ${newest.alertKey} is null then ${newest.id} end`)
      .orderBy(desc(occurrences))
      .limit(limit)
  );
}

/** Lists the visible integrations, the last changed first, including deleted ones, whose outboxes may not be empty yet. */
const listOwners = (
  db: Database,
  visibleTeams: VisibleTeams,
  { teamId, integrationId }: Pick<StatsFilter, "teamId" | "integrationId">,
  limit: number,
) =>
  db
    .select({ id: integrations.id, mostShards: integrations.mostShards })
    .from(integrations)
    .where(
      and(
        isVisible(INTEGRATION, narrow(visibleTeams, teamId)),
        integrationId === undefined ? undefined : eq(integrations.id, integrationId),
      ),
    )
    .orderBy(desc(integrations.updatedAt), desc(integrations.id))
    .limit(limit);

/**
 * Reads the statistics in one round trip.
 * @param limits `seconds`: length of an interval; `keys`: of alert keys; `owners`: of integrations
 */
export async function readStats(
  db: Database,
  visibleTeams: VisibleTeams,
  filter: StatsFilter,
  limits: { seconds: number; keys: number; owners: number },
) {
  const { teamId, integrationId } = filter;
  const unresolved = { status: ["OPEN", "ACKNOWLEDGED"] as AlertStatus[], integrationId };
  const [, counts, topAlertKeys, owners, { rows }] = await db.batch([
    db.execute(sql`select set_config('statement_timeout', ${`${STATEMENT_TIMEOUT_SECONDS}s`}, true)`),
    selectOutcomes(db, visibleTeams, filter, limits.seconds),
    listTopAlertKeys(db, visibleTeams, filter, limits.keys),
    listOwners(db, visibleTeams, filter, limits.owners),
    selectAlertCounts(db, narrow(visibleTeams, teamId), unresolved),
  ]);
  const outcomes = counts.map((row): OutcomeCounts => ({ ...row, at: new Date(row.at) }));
  return { outcomes, topAlertKeys, owners, muted: toAlertCounts(rows, unresolved).muted };
}
