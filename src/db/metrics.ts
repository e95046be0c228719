import { eq, sql } from "drizzle-orm";
import { type AlertRow } from "./alerts.ts";
import type { Database } from "./client.ts";
import { integrations, subscriptions } from "./schema.ts";

/** Of each kind so many alerts are counted: an operator who has more has another problem. */
const MOST_COUNTED = 10_000;

/** Shorter than any scraper waits. */
const LONGEST_SECONDS = 4;

/** An integration with what its metrics are labelled by. */
export interface MeasuredIntegration {
  id: string;
  name: string;
  provider: string;
  teamId: string | null;
  mostShards: number;
}

/** A subscription with what its metrics are labelled by. */
export interface MeasuredSubscription {
  id: string;
  name: string;
  teamId: string | null;
}

/** How many unresolved alerts of a kind an integration has. */
export interface AlertCount {
  integrationId: string;
  status: AlertRow["status"];
  severity: AlertRow["severity"];
  count: number;
}

/**
 * The integrations to measure, the oldest first and at most so many; how many there are; their unresolved alerts of each
 * kind that there is any of; and the subscriptions that are enabled, as many at most. One round trip, of index entries alone.
 * @param goneSince integrations deleted after this are still there: what they accepted may be on its way
 */
export async function readMeasured(db: Database, goneSince: Date, limit: number) {
  const present = sql`(${integrations.deletedAt} is null or ${integrations.deletedAt} >= ${goneSince.toISOString()}::timestamptz)`;
  const { id, name, provider, teamId, mostShards, createdAt } = integrations;
  const [, rows, counts, told] = await db.batch([
    db.execute(sql`select set_config('statement_timeout', ${`${LONGEST_SECONDS}s`}, true)`),
    db
      .select({ id, name, provider, teamId, mostShards, known: sql<number>`(count(*) over ())::int` })
      .from(integrations)
      .where(present)
      .orderBy(createdAt, id)
      .limit(limit),
    db.execute<AlertCount & Record<string, unknown>>(sql`
      select i.id as "integrationId", s.status, v.severity, n.count
      from (select ${id} from ${integrations} where ${present} order by ${createdAt}, ${id} limit ${limit}) as i
      cross join unnest(array['OPEN', 'ACKNOWLEDGED']::alert_status[]) as s(status)
      cross join unnest(enum_range(null::alert_severity)) as v(severity)
      cross join lateral (
        select count(*)::int as count from (
          select 1 from alerts as a
          where a.integration_id = i.id and a.status = s.status and a.severity = v.severity limit ${MOST_COUNTED}
        ) as counted
      ) as n
      where n.count > 0`),
    db
      .select({ id: subscriptions.id, name: subscriptions.name, teamId: subscriptions.teamId })
      .from(subscriptions)
      .where(eq(subscriptions.isEnabled, true))
      .orderBy(subscriptions.createdAt, subscriptions.id)
      .limit(limit),
  ]);
  return {
    known: rows[0]?.known ?? 0,
    integrations: rows.map(({ known: _, ...row }): MeasuredIntegration => row),
    alerts: counts.rows as readonly AlertCount[],
    subscriptions: told satisfies MeasuredSubscription[],
  };
}
