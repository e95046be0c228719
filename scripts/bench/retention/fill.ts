/** Creates deliveries of four months inside PostgreSQL, and copies them to monthly partitions. */
import type pg from "pg";
import { DAY } from "../../../src/lib/time.ts";

export const DAYS = 120;
/** A whole month. */
export const A_PARTITION = "parted_1";
export const INTEGRATIONS = 50;
const TEAMS = 10;

const CHUNK = 500_000;

/** Time of the first delivery. The last one is now. */
const beginning = (now: number): Date => new Date(Math.floor(now / DAY) * DAY - DAYS * DAY);

/** Fills the tables. Creates the indexes last, as a restore does. */
export async function fill(client: pg.Client, count: number, now: number): Promise<void> {
  await client.query("set synchronous_commit = off");
  await client.query(
    `insert into teams (id, name) select ${fixedUuid("1", "n")}, 'team ' || n from generate_series(1, ${TEAMS}) n`,
  );
  await client.query(`insert into integrations (id, team_id, name, provider, verification, secret_ciphertext, secret_key_id)
    select ${fixedUuid("2", "n")}, ${fixedUuid("1", `(n % ${TEAMS} + 1)`)}, 'integration ' || n, 'alertmanager', '{}', '', ''
    from generate_series(1, ${INTEGRATIONS}) n`);
  await withoutIndexes(client, "webhook_deliveries", async () => {
    for (let first = 1; first <= count; first += CHUNK) {
      const last = Math.min(count, first + CHUNK - 1);
      await client.query(insertDeliveries(first, last, count, beginning(now), now));
      console.log(`${last.toLocaleString("en")} deliveries`);
    }
  });
  await client.query("vacuum (freeze, analyze)");
  await client.query("checkpoint");
}

/** Rows of about 0.9 kB: an Alertmanager delivery with its headers and the decision on it. */
function insertDeliveries(first: number, last: number, count: number, from: Date, now: number): string {
  return `insert into webhook_deliveries (id, integration_id, team_id, sequence, status, status_code, alert_id, events, reason,
      decision, idempotency_key, content_fingerprint, duplicate_of, headers, content_type, source_ip, raw_payload, body_bytes,
      received_at, created_at)
    select id, ${fixedUuid("2", `(source % ${INTEGRATIONS} + 1)`)}, ${fixedUuid("1", `((source % ${INTEGRATIONS} + 1) % ${TEAMS} + 1)`)}, n,
      status, case status when 'ACCEPTED' then 202 when 'DUPLICATE' then 200 else 401 end,
      case when status <> 'REJECTED' then alert end,
      case when status <> 'REJECTED' then jsonb_build_array(jsonb_build_object('alertId', alert, 'action', 'trigger', 'outcome', 'created')) else '[]' end,
      'accepted: an alert was opened', jsonb_build_object('dedupKey', content, 'kind', 'contentFingerprint', 'windowEndsAt', at + interval '15 minutes',
        'verification', jsonb_build_object('scheme', 'hmac', 'key', 'current')),
      case when n % 4 = 0 then 'key-' || n end, content, case when status = 'DUPLICATE' then alert end,
      jsonb_build_object('host', 'tocsin.example.com', 'user-agent', 'Alertmanager/0.28.1', 'content-type', 'application/json',
        'content-length', '1500', 'x-webhook-signature', '[redacted]', 'cf-ray', md5(n::text), 'accept-encoding', 'gzip'),
      'application/json', '192.0.2.' || n % 250,
      json_build_object('status', 'firing', 'receiver', 'tocsin', 'externalURL', 'http://alertmanager.example.com:9093', 'alerts',
        json_build_array(json_build_object('labels', json_build_object('alertname', 'HighRequestLatency', 'instance', 'web-' || n || '.example.com:9100',
          'job', 'checkout-frontend', 'severity', 'critical'), 'annotations', json_build_object('summary', 'Requests to web-' || n || ' are slow'),
          'startsAt', at, 'fingerprint', left(content, 16)))), 1500, at, at
    from (select n, (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || left(md5(n::text), 3) || '8' || substr(md5(n::text), 4, 15))::uuid as id,
      hashtext(n::text) & 2147483647 as source, md5('alert' || n)::uuid as alert, md5('a' || n) || md5('b' || n) as content,
      (case when n % 41 = 0 then 'REJECTED' when n % 7 = 0 then 'DUPLICATE' else 'ACCEPTED' end)::delivery_status as status, at
      from (select n, date_trunc('milliseconds', timestamptz '${from.toISOString()}' + n::float8 / ${count} * interval '${now - from.getTime()} milliseconds') as at
        from generate_series(${first}, ${last}) n) as placed) as made`;
}

/** Creates a table with the same columns, indexes and rows, and one partition a month. */
export async function fillPartitions(client: pg.Client, now: number): Promise<void> {
  await client.query(
    "create table parted (like webhook_deliveries including defaults) partition by range (received_at)",
  );
  for (const { name, from, until } of months(now)) {
    await client.query(`create table ${name} partition of parted for values from ('${from}') to ('${until}')`);
  }
  console.log("The same in partitions …");
  await client.query("insert into parted select * from webhook_deliveries");
  // A unique index over partitions must contain the partition key, the time.
  await client.query("alter table parted add primary key (id, received_at)");
  for (const definition of await indexesOf(client, "webhook_deliveries")) {
    await client.query(definition.replace(/INDEX \w+ ON public\.webhook_deliveries/, "INDEX ON parted"));
  }
  await client.query("vacuum (freeze, analyze) parted");
  await client.query("checkpoint");
}

/** Months from the first one to the next one, oldest first. */
function months(now: number): { name: string; from: string; until: string }[] {
  const first = beginning(now);
  const month = (offset: number) =>
    new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + offset)).toISOString().slice(0, 10);
  const all = [];
  for (let at = 0; Date.parse(month(at)) < now + 31 * DAY; at++) {
    all.push({ name: `parted_${at}`, from: month(at), until: month(at + 1) });
  }
  return all;
}

async function withoutIndexes(client: pg.Client, table: string, work: () => Promise<void>): Promise<void> {
  const definitions = await indexesOf(client, table);
  for (const definition of definitions) await client.query(`drop index ${/INDEX (\w+)/.exec(definition)?.[1]}`);
  await work();
  for (const definition of definitions) await client.query(definition);
}

/** Definitions of the indexes of a table, without the primary key. */
async function indexesOf(client: pg.Client, table: string): Promise<string[]> {
  const { rows } = await client.query<{ indexdef: string }>(
    "select indexdef from pg_indexes where tablename = $1 and indexname not like '%_pkey' order by indexname",
    [table],
  );
  return rows.map(({ indexdef }) => indexdef);
}

/** SQL of the UUID of a number. `kind`, a digit, makes it unique to a table. */
const fixedUuid = (kind: string, n: string): string =>
  `('${kind.repeat(8)}-0000-4000-8000-' || lpad((${n})::text, 12, '0'))::uuid`;
