/**
 * The strong baseline, with the same contract: one process a core behind one port, `node:http` without a framework, and group commit.
 * Deliveries that arrive during a transaction form the next one, which is one prepared statement. Each request is answered after its
 * commit. It verifies and reads with the code of Tocsin, and stores what baseline.ts stores. Runs as a process:
 * `node strong.ts <postgres URL> <secret> <port>`; prints the port once it listens.
 */
import cluster from "node:cluster";
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import os from "node:os";
import pg from "pg";
import { uuidv7 } from "uuidv7";
import { BASELINE_SCHEMA, createReader, type Read } from "./baseline-reading.ts";

const [databaseUrl = "", secret = "", port = ""] = process.argv.slice(2);

/** Transactions under way in each process: while one commits, the next one gathers. */
const CONNECTIONS = 2;
const MAX_BATCH = 128;

const INSERT = `
  with row as (
    select * from json_to_recordset($1) as row(id uuid, dedup_key text, headers jsonb, raw_payload text, event_id uuid, alert_id uuid,
      action text, alert_key text, severity text, title text, description text, url text, metadata jsonb)
  ), delivery as (
    insert into baseline.deliveries (id, dedup_key, status, headers, raw_payload)
    select distinct on (id) id, dedup_key, 'ACCEPTED', headers, raw_payload::json from row
    on conflict (dedup_key) do nothing returning id
  ), event as (
    select row.* from row join delivery using (id)
  ), opened as (
    insert into baseline.alerts (id, alert_key, status, severity, title, description, url, metadata, triggered_at)
    select distinct on (alert_key) alert_id, alert_key, 'OPEN', severity, title, description, url, metadata, now() from event
    where action <> 'resolve' order by alert_key, event_id
    on conflict (alert_key) where status = 'OPEN' do update set occurrences = alerts.occurrences + 1 returning id, alert_key
  ), resolved as (
    update baseline.alerts set status = 'RESOLVED', resolved_at = now() from event
    where event.action = 'resolve' and alerts.alert_key = event.alert_key and alerts.status = 'OPEN'
    returning alerts.id, alerts.alert_key
  ), recorded as (
    insert into baseline.events (id, alert_id, delivery_id, type)
    select event.event_id, alert.id, event.id, event.action
    from event join (select * from opened union all select * from resolved) as alert using (alert_key)
  )
  select id from delivery`;

interface Waiting {
  id: string;
  read: Read;
  answer(isNew: boolean): void;
  fail(): void;
}

if (cluster.isPrimary) await startProcesses();
else await serve();

async function startProcesses(): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(BASELINE_SCHEMA);
  await client.end();
  const workers = os.cpus().map(() => cluster.fork());
  await Promise.all(workers.map((worker) => new Promise((resolve) => worker.once("listening", resolve))));
  console.log(port);
  process.once("SIGTERM", () => {
    for (const worker of workers) worker.process.kill();
    process.exit();
  });
}

async function serve(): Promise<void> {
  const read = await createReader(secret);
  const waiting: Waiting[] = [];
  const idle: pg.Client[] = [];

  const writeWaiting = (): void => {
    const client = waiting.length > 0 ? idle.pop() : undefined;
    if (!client) return;
    const batch = waiting.splice(0, MAX_BATCH);
    const rows = batch.flatMap(({ id, read: { dedupKey, headers, body, events } }) =>
      events.map((event) => ({
        id,
        dedup_key: dedupKey,
        headers,
        raw_payload: body,
        event_id: randomUUID(),
        alert_id: uuidv7(),
        action: event.action,
        alert_key: event.alertKey ?? id,
        severity: event.severity,
        title: event.title,
        description: event.description,
        url: event.url,
        metadata: event.metadata,
      })),
    );
    client
      .query<{ id: string }>({ name: "insert", text: INSERT, values: [JSON.stringify(rows)] })
      .then(
        (result) => {
          const stored = new Set(result.rows.map((row) => row.id));
          for (const { id, answer } of batch) answer(stored.has(id));
        },
        (error: unknown) => {
          console.error(error);
          for (const { fail } of batch) fail();
        },
      )
      .finally(() => {
        idle.push(client);
        writeWaiting();
      });
  };

  for (let number = 0; number < CONNECTIONS; number++) {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    idle.push(client);
  }

  createServer((request, response) => {
    const reply = (status: number, body: unknown): void => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(body));
    };
    readBody(request)
      .then((body) => read(new Headers(request.headers as Record<string, string>), body))
      .then((result) => {
        if ("status" in result) return reply(result.status, { error: "rejected" });
        const id = uuidv7();
        waiting.push({
          id,
          read: result,
          answer: (isNew) => reply(isNew ? 202 : 200, { deliveryId: id, status: isNew ? "accepted" : "duplicate" }),
          fail: () => reply(503, { error: "unavailable" }),
        });
        writeWaiting();
      })
      .catch((error: unknown) => reply(500, { error: String(error) }));
  }).listen(Number(port), "127.0.0.1");
}

async function readBody(request: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return new Uint8Array(Buffer.concat(chunks));
}
