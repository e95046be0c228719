import { and, eq, gte, sql } from "drizzle-orm";
import type { Database } from "./client.ts";
import { webhookDeliveries } from "./schema.ts";

/** Counting stops here: a busy integration has millions of deliveries. */
const MAX_COUNTED = 10_000;

export interface Counted {
  count: number;
  isAtLeast: boolean;
}

const counted = (count: number): Counted => ({ count: Math.min(count, MAX_COUNTED), isAtLeast: count > MAX_COUNTED });

/** Counts the deliveries of an integration since an instant by status, and finds the latest one, in one round trip. */
export async function deliveryCounts(db: Database, integrationId: string, since: Date) {
  const { status, receivedAt, statusCode, decision, id } = webhookDeliveries;
  const of = (outcome: "ACCEPTED" | "DUPLICATE" | "REJECTED") => {
    const recent = db
      .select({ id, statusCode, decision })
      .from(webhookDeliveries)
      .where(and(eq(webhookDeliveries.integrationId, integrationId), eq(status, outcome), gte(receivedAt, since)))
      .limit(MAX_COUNTED + 1)
      .as("recent");
    return db
      .select({
        count: sql<number>`count(*)::int`,
        // The rejections of this class without a row are counted in the next row.
        failures: sql<number>`(count(*) filter (where ${recent.statusCode} = 401)
          + coalesce(sum((${recent.decision} ->> 'omittedFailures')::int), 0))::int`,
      })
      .from(recent);
  };
  const last = db.select({ at: sql<string | null>`max(latest.at)` }).from(
    sql`unnest(enum_range(null::delivery_status)) as outcome, lateral (select max(received_at) as at from
        webhook_deliveries where integration_id = ${integrationId}::uuid and status = outcome) as latest`,
  );
  const [[accepted], [duplicate], [rejected], [latest]] = await db.batch([
    of("ACCEPTED"),
    of("DUPLICATE"),
    of("REJECTED"),
    last,
  ]);
  return {
    lastDeliveryAt: latest?.at ? new Date(latest.at) : null,
    accepted: counted(accepted?.count ?? 0),
    duplicate: counted(duplicate?.count ?? 0),
    rejected: counted(rejected?.count ?? 0),
    verificationFailures: counted(rejected?.failures ?? 0),
  };
}
