/**
 * A conventional implementation to compare with: Hono on Node, `pg`, one transaction a webhook, and a unique index for deduplication. It
 * verifies and reads with the code of Tocsin, so only storing differs. Runs as a process: `node baseline.ts <postgres URL> <secret>`;
 * prints its port once it listens.
 */
import type { AlertEvent } from "../../src/alerts/event.ts";
import { createHash, randomUUID } from "node:crypto";
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import pg from "pg";
import { uuidv7 } from "uuidv7";
import { BASELINE_SCHEMA, createReader, type Read } from "./baseline-reading.ts";

const [databaseUrl = "", secret = ""] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString: databaseUrl, max: 20 });
await pool.query(BASELINE_SCHEMA);
const read = await createReader(secret);

const app = new Hono();
app.post("/", async (c) => {
  const result = await read(c.req.raw.headers, new Uint8Array(await c.req.arrayBuffer()));
  if ("status" in result) return c.json({ error: "rejected" }, result.status as 400);
  const id = uuidv7();
  const isNew = await record(id, result);
  return c.json({ deliveryId: id, status: isNew ? "accepted" : "duplicate" }, isNew ? 202 : 200);
});

/** @returns false for a duplicate */
async function record(id: string, { dedupKey, headers, body, events }: Read): Promise<boolean> {
  const client = await pool.connect();
  try {
    await client.query("begin");
    const { rowCount } = await client.query(
      `insert into baseline.deliveries (id, dedup_key, status, headers, raw_payload) values ($1, $2, 'ACCEPTED', $3, $4)
       on conflict (dedup_key) do nothing`,
      [id, dedupKey, JSON.stringify(headers), body],
    );
    if (rowCount === 1) for (const event of events) await apply(client, id, event);
    await client.query("commit");
    return rowCount === 1;
  } catch (error) {
    await client.query("rollback");
    throw error;
  } finally {
    client.release();
  }
}

async function apply(client: pg.PoolClient, deliveryId: string, event: AlertEvent): Promise<void> {
  const { rows } = await client.query<{ id: string }>(
    event.action === "resolve"
      ? `update baseline.alerts set status = 'RESOLVED', resolved_at = now() where alert_key = $1 and status = 'OPEN' returning id`
      : `insert into baseline.alerts (id, alert_key, status, severity, title, description, url, metadata, triggered_at)
         values ($2, $1, 'OPEN', $3, $4, $5, $6, $7, now())
         on conflict (alert_key) where status = 'OPEN' do update set occurrences = alerts.occurrences + 1 returning id`,
    event.action === "resolve"
      ? [event.alertKey]
      : [
          event.alertKey ?? createHash("sha256").update(event.title).digest("hex"),
          uuidv7(),
          event.severity,
          event.title,
          event.description,
          event.url,
          JSON.stringify(event.metadata),
        ],
  );
  const alert = rows[0];
  if (!alert) return;
  await client.query("insert into baseline.events (id, alert_id, delivery_id, type) values ($1, $2, $3, $4)", [
    randomUUID(),
    alert.id,
    deliveryId,
    event.action,
  ]);
}

const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, () => {
  console.log((server.address() as AddressInfo).port);
});
