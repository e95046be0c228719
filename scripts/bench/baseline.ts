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
import { findDedupKey } from "../../src/ingest/dedup-key.ts";
import type { Received, Verified } from "../../src/ingest/delivery.ts";
import { normalize } from "../../src/ingest/normalize.ts";
import { parse } from "../../src/ingest/parse.ts";
import { Rejection } from "../../src/ingest/rejection.ts";
import { NewerConfig, Stages } from "../../src/ingest/stages.ts";
import { alertmanager } from "../../src/providers/alertmanager.ts";
import { createVerifier } from "../../src/verification/index.ts";

const [databaseUrl = "", secret = ""] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString: databaseUrl, max: 20 });

await pool.query(`
  create schema if not exists baseline;
  create table if not exists baseline.deliveries (
    id uuid primary key, dedup_key text not null unique, status text not null, headers jsonb not null,
    raw_payload json not null, received_at timestamptz not null default now());
  create table if not exists baseline.alerts (
    id uuid primary key, alert_key text not null, status text not null, severity text not null, title text not null,
    description text, url text, metadata jsonb not null, occurrences integer not null default 1,
    triggered_at timestamptz not null, resolved_at timestamptz);
  create unique index if not exists alerts_key_idx on baseline.alerts (alert_key) where status = 'OPEN';
  create index if not exists alerts_triggered_at_idx on baseline.alerts (triggered_at, id);
  create table if not exists baseline.events (
    id uuid primary key, alert_id uuid not null references baseline.alerts, delivery_id uuid not null, type text not null,
    recorded_at timestamptz not null default now());`);

const verify = await createVerifier(
  {
    scheme: "hmac",
    header: "x-webhook-signature",
    algorithm: "sha256",
    encoding: "hex",
    prefix: "",
    content: "{body}",
    toleranceSeconds: 300,
  },
  { current: secret },
);

const READING = Stages.of<Verified, object>().add(parse).add(normalize).add(findDedupKey);

/** The parts of an integration that reading needs. */
const integration = {
  provider: alertmanager,
  config: { idempotencyHeader: null, ignore: [] as string[] },
} as Received["integration"];

const app = new Hono();
app.post("/", async (c) => {
  const bytes = new Uint8Array(await c.req.arrayBuffer());
  const { headers, url } = c.req.raw;
  const receivedAt = Date.now();
  const verification = await verify({ headers, url: new URL(url), body: bytes }, receivedAt);
  if (!verification.isVerified) return c.json({ error: verification.reason }, 401);
  const id = uuidv7();
  const body = { bytes, isTooLarge: false, announcedBytes: bytes.length };
  const request = { id, url: new URL(url), path: "", headers, body, receivedAt, isLoop: false, replayOf: null };
  const read = await READING.run({ ...request, integration, verification }, {});
  if (read instanceof Rejection || read instanceof NewerConfig) return c.json({ error: "unreadable" }, 400);
  const isNew = await record(id, read.dedupKey.value, headers, bytes, read.events as AlertEvent[]);
  return c.json({ deliveryId: id, status: isNew ? "accepted" : "duplicate" }, isNew ? 202 : 200);
});

/** @returns false for a duplicate */
async function record(id: string, dedupKey: string, headers: Headers, body: Uint8Array, events: AlertEvent[]) {
  const client = await pool.connect();
  try {
    await client.query("begin");
    const { rowCount } = await client.query(
      `insert into baseline.deliveries (id, dedup_key, status, headers, raw_payload) values ($1, $2, 'ACCEPTED', $3, $4)
       on conflict (dedup_key) do nothing`,
      [id, dedupKey, JSON.stringify(Object.fromEntries(headers)), new TextDecoder().decode(body)],
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
