import { sql } from "drizzle-orm";
import type { Database } from "./client.ts";
import { webhookDeliveries } from "./schema.ts";

/**
 * Deletes deliveries that were received before an instant, the oldest first, so many at most. Each status is its own stretch
 * of an index, so that nothing else is read. Gives how many it deleted.
 */
export async function deleteDeliveriesBefore(db: Database, before: Date, limit: number): Promise<number> {
  const { status, receivedAt, id } = webhookDeliveries;
  const { rowCount } = await db.execute(sql`
    delete from ${webhookDeliveries} where ${id} in (
      select expired.id from unnest(enum_range(null::delivery_status)) as outcome (status), lateral (
        select ${id} as id, ${receivedAt} as received_at from ${webhookDeliveries}
        where ${status} = outcome.status and ${receivedAt} < ${before.toISOString()}::timestamptz
        order by ${receivedAt}, ${id} limit ${limit}
      ) as expired order by expired.received_at limit ${limit}
    )`);
  return rowCount;
}
