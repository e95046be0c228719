import { connect } from "../../db/client.ts";
import { deleteDeliveriesBefore } from "../../db/retention.ts";
import { log } from "../../lib/log.ts";
import { DAY, SECOND } from "../../lib/time.ts";

/** A batch holds its locks for a moment only: ingest never waits for it. */
const BATCH = 2000;

/** The cron runs every five minutes: what is left then waits for its next turn. */
const LONGEST_MS = 60 * SECOND;

/**
 * Deletes deliveries older than DELIVERY_RETENTION_DAYS, in batches; alerts and their timelines stay. 0: keeps all.
 * @param now Unix ms
 */
export async function expireDeliveries(env: Env, now: number): Promise<void> {
  const days = Number(env.DELIVERY_RETENTION_DAYS);
  if (!Number.isFinite(days) || days <= 0) return;
  const db = connect(env);
  const startedAt = Date.now();
  let deleted = 0;
  for (let batch = BATCH; batch === BATCH && Date.now() - startedAt < LONGEST_MS; deleted += batch) {
    batch = await deleteDeliveriesBefore(db, new Date(now - days * DAY), BATCH);
  }
  if (deleted > 0) log.info("deliveries expired", { deleted, retentionDays: days });
}
