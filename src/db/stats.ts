import { and, desc, eq, gte, lt, sql } from "drizzle-orm";
import { narrow, type VisibleTeams } from "../lib/principal.ts";
import type { Database } from "./client.ts";
import { inTeams } from "./keyset.ts";
import { alerts, integrations, webhookDeliveries } from "./schema.ts";

/** Counting reads every entry of an index in its time: a question too large for this is not answered. */
const LONGEST_SECONDS = 10;

/** Whose deliveries, and when they were received. */
export interface StatsFilter {
  teamId?: string | undefined;
  integrationId?: string | undefined;
  since: Date;
  until: Date;
}

/** How many deliveries were received in a stretch of time, by what became of them. */
export interface OutcomeCounts {
  at: Date;
  accepted: number;
  duplicate: number;
  rejected: number;
}

/** Counts deliveries within visibleTeams, in stretches of so many seconds from `since` on; those without any are left out. */
export async function countOutcomes(
  db: Database,
  visibleTeams: VisibleTeams,
  { teamId, integrationId, since, until }: StatsFilter,
  seconds: number,
): Promise<OutcomeCounts[]> {
  const { status, receivedAt } = webhookDeliveries;
  const at = sql<string>`date_bin(make_interval(secs => ${seconds}), ${receivedAt}, ${since.toISOString()}::timestamptz)`;
  const of = (outcome: string) => sql<number>`(count(*) filter (where ${status} = ${outcome}))::int`;
  const counting = db
    .select({
      at: at.as("stretch"),
      accepted: of("ACCEPTED"),
      duplicate: of("DUPLICATE"),
      rejected: of("REJECTED"),
    })
    .from(webhookDeliveries)
    .where(
      and(
        inTeams(webhookDeliveries.teamId, narrow(visibleTeams, teamId)),
        integrationId === undefined ? undefined : eq(webhookDeliveries.integrationId, integrationId),
        // Every index on the time begins with the status.
        sql`${status} = any (enum_range(null::delivery_status))`,
        gte(receivedAt, since),
        lt(receivedAt, until),
      ),
    )
    .groupBy(sql`stretch`)
    .orderBy(sql`stretch`);
  const [, rows] = await db.batch([
    db.execute(sql`select set_config('statement_timeout', ${`${LONGEST_SECONDS}s`}, true)`),
    counting,
  ]);
  return rows.map((row) => ({ ...row, at: new Date(row.at) }));
}

/** Of the alerts of a time at most so many are looked at: the newest. */
const MOST_ALERTS = 5000;

/** An alert key with how often it was heard of. */
export interface NoisyKey {
  integrationId: string;
  alertKey: string | null;
  /** Its latest alert. */
  alertId: string;
  title: string;
  alerts: number;
  occurrences: number;
}

/** The alert keys within visibleTeams whose alerts, triggered in this time, occurred most often. */
export async function noisiestKeys(
  db: Database,
  visibleTeams: VisibleTeams,
  { teamId, integrationId, since, until }: StatsFilter,
  limit: number,
): Promise<NoisyKey[]> {
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
        inTeams(alerts.teamId, narrow(visibleTeams, teamId)),
        integrationId === undefined ? undefined : eq(alerts.integrationId, integrationId),
        gte(alerts.triggeredAt, since),
        lt(alerts.triggeredAt, until),
      ),
    )
    .orderBy(desc(alerts.triggeredAt), desc(alerts.id))
    .limit(MOST_ALERTS)
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
      // What has no key stands for itself.
      .groupBy(newest.integrationId, newest.alertKey, sql`case when ${newest.alertKey} is null then ${newest.id} end`)
      .orderBy(desc(occurrences))
      .limit(limit)
  );
}

/** Integrations within visibleTeams, the latest changed first; also deleted ones, as their outboxes still empty. */
export function integrationOwners(
  db: Database,
  visibleTeams: VisibleTeams,
  { teamId, integrationId }: Pick<StatsFilter, "teamId" | "integrationId">,
  limit: number,
): Promise<{ id: string; mostShards: number }[]> {
  return db
    .select({ id: integrations.id, mostShards: integrations.mostShards })
    .from(integrations)
    .where(
      and(
        inTeams(integrations.teamId, narrow(visibleTeams, teamId)),
        integrationId === undefined ? undefined : eq(integrations.id, integrationId),
      ),
    )
    .orderBy(desc(integrations.updatedAt), desc(integrations.id))
    .limit(limit);
}
