/**
 * `npm run bench -- api`: runs every list query of the API on a small and on a large table, alternately. Reports the index and the times.
 * Fails on a sequential scan of a large table, on an index of one that no query uses, and if a query takes more than three times as long
 * there.
 */
import { drizzle } from "drizzle-orm/neon-http";
import { neon, neonConfig } from "@neondatabase/serverless";
import pg from "pg";
import { countAlerts, listAlerts, listAlertTimeline } from "../../src/db/alerts.ts";
import { listApiKeys } from "../../src/db/api-keys.ts";
import { listAuditEvents } from "../../src/db/audit-events.ts";
import { latestCursor, listTimeline } from "../../src/db/timeline.ts";
import type { Database } from "../../src/db/client.ts";
import { exportDeliveries, listDeliveries } from "../../src/db/deliveries.ts";
import { listIntegrations } from "../../src/db/integrations.ts";
import { oldestDeliveries } from "../../src/db/replayable.ts";
import * as schema from "../../src/db/schema.ts";
import { listTopAlertKeys } from "../../src/db/stats.ts";
import { startPostgres, type TestPostgres } from "../lib/postgres.ts";
import { machine, median, table, writeSection } from "./report.ts";
import { migratePostgres, withPostgres } from "../database.ts";
import { postgresBackend, serveNeonEndpoint } from "../neon-endpoint.ts";
import { Failure, run } from "../run.ts";

const LARGE = Number(process.argv.find((argument) => argument.startsWith("--alerts="))?.slice(9) ?? 1_000_000);
const SMALL = 10_000;
const RUNS = 15;
const MAX_RATIO = 3;
/** Below this time, only the round trip is measured. */
const NOISE_MS = 2;
const LIMIT = 51;
/** Rows of a page of an export. */
const EXPORTED = 200;

const ENDPOINTS = new Map<string, string>();

/** Tables that no query may scan sequentially. */
const LARGE_TABLES = new Set(["alerts", "webhook_deliveries", "alert_timeline", "audit_events"]);

interface Bench {
  db: Database;
  ids: { teams: string[]; integration: string; alert: string; replayed: string; actor: string };
  middle: Date;
  explain(query: () => unknown): Promise<string[]>;
  /** The indexes of large tables, besides primary keys, that are not in a set. */
  unusedIndexes(used: ReadonlySet<string>): Promise<string[]>;
}

type Query = (bench: Bench) => unknown;

/** A cursor in the middle of a list. */
const middleOf = ({ middle }: Bench) => ({ sortedBy: middle.getTime(), id: "80000000-0000-7000-8000-000000000000" });

const team = ({ ids }: Bench) => [ids.teams[0] ?? ""];

const QUERIES: Record<string, Query> = {
  alerts: ({ db }) => listAlerts(db, "all", {}, null, LIMIT),
  "alerts, from the middle": (b) => listAlerts(b.db, "all", {}, middleOf(b), LIMIT),
  "alerts, exported from the middle": (b) => listAlerts(b.db, "all", {}, middleOf(b), EXPORTED, "oldest first"),
  "alerts of a team": (b) => listAlerts(b.db, team(b), {}, null, LIMIT),
  "alerts of a team, from the middle": (b) => listAlerts(b.db, team(b), {}, middleOf(b), LIMIT),
  "alerts of five teams": (b) => listAlerts(b.db, b.ids.teams.slice(0, 5), {}, null, LIMIT),
  "alerts, unresolved": ({ db }) => listAlerts(db, "all", { status: ["OPEN", "ACKNOWLEDGED"] }, null, LIMIT),
  "alerts, closed, of the lowest severity": ({ db }) =>
    listAlerts(db, "all", { status: ["CLOSED"], severity: ["INFO"] }, null, LIMIT),
  "alerts of a team, open and critical": (b) =>
    listAlerts(b.db, team(b), { status: ["OPEN"], severity: ["CRITICAL"] }, null, LIMIT),
  "alerts of an integration": (b) => listAlerts(b.db, "all", { integrationId: b.ids.integration }, null, LIMIT),
  "alerts of an integration, resolved": (b) =>
    listAlerts(b.db, team(b), { integrationId: b.ids.integration, status: ["RESOLVED"] }, null, LIMIT),
  "alerts of an hour": (b) =>
    listAlerts(b.db, "all", { since: b.middle, until: new Date(b.middle.getTime() + 3_600_000) }, null, LIMIT),
  "alerts of a team since the middle": (b) => listAlerts(b.db, team(b), { since: b.middle }, null, LIMIT),
  "alerts with a common word": ({ db }) => listAlerts(db, "all", { q: "disk" }, null, LIMIT),
  "alerts with a rare word": ({ db }) => listAlerts(db, "all", { q: "zanzibar" }, null, LIMIT),
  "alerts with a word that no alert has": ({ db }) => listAlerts(db, "all", { q: "quagmire" }, null, LIMIT),
  "alerts with a rare word in the description": ({ db }) => listAlerts(db, "all", { q: "flamingo" }, null, LIMIT),
  "alerts with a letter": ({ db }) => listAlerts(db, "all", { q: "d" }, null, LIMIT),
  "alerts of a team with a common word": (b) => listAlerts(b.db, team(b), { q: "disk" }, null, LIMIT),
  "alerts, unresolved, with a common word": ({ db }) =>
    listAlerts(db, "all", { q: "disk", status: ["OPEN", "ACKNOWLEDGED"] }, null, LIMIT),
  "alerts with a common label": ({ db }) => listAlerts(db, "all", { labels: { service: "checkout" } }, null, LIMIT),
  "alerts with a rare label": ({ db }) => listAlerts(db, "all", { labels: { service: "fax" } }, null, LIMIT),
  "alerts of a team with a common label, open": (b) =>
    listAlerts(b.db, team(b), { labels: { service: "checkout" }, status: ["OPEN"] }, null, LIMIT),
  "noisiest alert keys of a day": (b) =>
    listTopAlertKeys(b.db, "all", { since: b.middle, until: new Date(b.middle.getTime() + 86_400_000) }, 10),
  "alerts, counted": ({ db }) => countAlerts(db, "all", {}),
  "alerts of a team, counted": (b) => countAlerts(b.db, team(b), {}),
  "alerts with a rare word, counted": ({ db }) => countAlerts(db, "all", { q: "zanzibar" }),
  "timeline of an alert": ({ db, ids }) => listAlertTimeline(db, ids.alert, null, LIMIT),
  "stream, from the present": async ({ db }) => listTimeline(db, "all", {}, await latestCursor(db), 200),
  deliveries: ({ db }) => listDeliveries(db, "all", {}, null, LIMIT),
  "deliveries, from the middle": (b) => listDeliveries(b.db, "all", {}, middleOf(b), LIMIT),
  "deliveries, exported with their bodies from the middle": (b) =>
    exportDeliveries(b.db, "all", {}, middleOf(b), EXPORTED, true),
  "deliveries of a team": (b) => listDeliveries(b.db, team(b), {}, null, LIMIT),
  "deliveries of five teams": (b) => listDeliveries(b.db, b.ids.teams.slice(0, 5), {}, null, LIMIT),
  "deliveries of an integration": (b) =>
    listDeliveries(b.db, team(b), { integrationId: b.ids.integration }, null, LIMIT),
  "deliveries of an integration, rejected": (b) =>
    listDeliveries(b.db, "all", { integrationId: b.ids.integration, status: ["REJECTED"] }, null, LIMIT),
  "deliveries, rejected": ({ db }) => listDeliveries(db, "all", { status: ["REJECTED"] }, null, LIMIT),
  "deliveries, rejected, of an hour": (b) =>
    listDeliveries(
      b.db,
      "all",
      { status: ["REJECTED"], since: b.middle, until: new Date(b.middle.getTime() + 3_600_000) },
      null,
      LIMIT,
    ),
  "deliveries of an alert": (b) => listDeliveries(b.db, team(b), { alertId: b.ids.alert }, null, LIMIT),
  "replays of a delivery": (b) => listDeliveries(b.db, "all", { replayOf: b.ids.replayed }, null, LIMIT),
  "deliveries to replay, oldest first": (b) =>
    oldestDeliveries(b.db, team(b), { integrationId: b.ids.integration, status: ["REJECTED"] }, null, LIMIT),
  "audit events": ({ db }) => listAuditEvents(db, "all", {}, null, LIMIT),
  "audit events of a team": (b) => listAuditEvents(b.db, team(b), {}, null, LIMIT),
  "audit events of an actor": (b) => listAuditEvents(b.db, "all", { actor: b.ids.actor }, null, LIMIT),
  "audit events of a target": (b) => listAuditEvents(b.db, team(b), { targetId: b.ids.integration }, null, LIMIT),
  integrations: ({ db }) => listIntegrations(db, "all", null, LIMIT),
  "integrations of a team": (b) => listIntegrations(b.db, team(b), null, LIMIT),
  "API keys of a team": (b) => listApiKeys(b.db, team(b), null, LIMIT),
};

await run(async () => {
  const postgres = await startPostgres();
  try {
    const small = await prepare(postgres, "small", SMALL);
    const large = await prepare(postgres, "large", LARGE);
    const rows = [];
    for (const [name, query] of Object.entries(QUERIES)) rows.push(await measure(name, query, small, large));
    const unused = await large.unusedIndexes(new Set(rows.flatMap(({ indexes }) => indexes)));
    await Promise.all([small.close(), large.close()]);
    report(rows, unused);
  } finally {
    await postgres.stop();
  }
});

interface Measured {
  name: string;
  indexes: string[];
  scans: string[];
  smallMs: number;
  largeMs: number;
}

async function measure(name: string, query: Query, small: Bench, large: Bench): Promise<Measured> {
  const plan = (await large.explain(() => query(large))).join("\n");
  const indexes = [...plan.matchAll(/(?:Index (?:Only )?Scan(?: Backward)? using|Bitmap Index Scan on) (\w+)/g)];
  const scans = [...plan.matchAll(/(?<!Bitmap )Seq Scan on (\w+)/g)].map(([, scanned]) => scanned ?? "");
  const times = { small: [] as number[], large: [] as number[] };
  await query(small);
  // Alternately, so that other load on the machine affects both.
  for (let turn = 0; turn < RUNS; turn++) {
    times.small.push(await timed(() => query(small)));
    times.large.push(await timed(() => query(large)));
  }
  const measured = {
    name,
    indexes: [...new Set(indexes.map(([, index]) => index ?? ""))],
    scans: scans.filter((scanned) => LARGE_TABLES.has(scanned)),
    smallMs: median(times.small),
    largeMs: median(times.large),
  };
  console.log(`${name.padEnd(60)} ${ms(measured.smallMs)} ${ms(measured.largeMs)}  ${ratio(measured).toFixed(2)}`);
  return measured;
}

async function timed(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function ms(value: number): string {
  return `${value.toFixed(1).padStart(8)} ms`;
}

function ratio({ smallMs, largeMs }: Measured): number {
  return largeMs / Math.max(smallMs, NOISE_MS);
}

function report(rows: readonly Measured[], unused: readonly string[]): void {
  const text = `\`npm run bench -- api\` measures every list query of the API, over Neon's HTTP protocol, on a real PostgreSQL: with ${SMALL.toLocaleString("en")} alerts and twice as
many deliveries, and with ${LARGE.toLocaleString("en")} alerts. Times are medians of ${RUNS} alternating runs. For the ratio, times below ${NOISE_MS} ms count as ${NOISE_MS} ms. The run
fails if a query scans a large table sequentially, if no query uses an index of one, or if a query takes more than ${MAX_RATIO} times as long on
the larger one.

${machine()}

${table(
  ["query", "indexes used", "ms, small", "ms, large", "ratio"],
  rows.map((row) => [
    row.name,
    row.indexes.map((index) => `\`${index}\``).join(", "),
    row.smallMs.toFixed(1),
    row.largeMs.toFixed(1),
    ratio(row).toFixed(2),
  ]),
)}`;
  if (LARGE >= 1_000_000) writeSection("The API's lists", text);
  const faults = rows.flatMap((row) => [
    ...row.scans.map((scanned) => `${row.name}: sequential scan of ${scanned}`),
    ...(ratio(row) > MAX_RATIO ? [`${row.name}: ${ratio(row).toFixed(2)} times as long`] : []),
  ]);
  faults.push(...unused.map((index) => `no query uses ${index}`));
  if (faults.length > 0) throw new Failure(["", ...faults].join("\n"));
  console.log(
    `\nNo sequential scan; none takes more than ${MAX_RATIO} times as long on ${LARGE / SMALL} times the rows.`,
  );
}

/** Creates a database with this many alerts, and connects to it. */
async function prepare(
  postgres: TestPostgres,
  name: string,
  count: number,
): Promise<Bench & { close(): Promise<void> }> {
  await withPostgres(postgres.url, (client) => client.query(`create database ${name}`));
  const url = postgres.url.replace(/\/postgres$/, `/${name}`);
  await migratePostgres(url);
  console.log(`${name}: ${count.toLocaleString("en")} alerts …`);
  await withPostgres(url, async (client) => fill(client, count));
  const backend = postgresBackend(url);
  const queries: { query: string; params: (string | null)[] }[] = [];
  const endpoint = await serveNeonEndpoint(
    {
      ...backend,
      query: (query) => (queries.push(query), backend.query(query)),
      transaction: (batch, options) => (queries.push(...batch), backend.transaction(batch, options)),
    },
    url,
  );
  // The driver has one global function from host to endpoint.
  const host = `${name}.localtest.me`;
  ENDPOINTS.set(host, endpoint.url);
  neonConfig.fetchEndpoint = (of) => ENDPOINTS.get(of) ?? "";
  const db = drizzle(neon(url.replace(/@[^/]+/, `@${host}`)), { schema });
  const { rows } = await withPostgres(url, (client) =>
    client.query(`select
    (select array_agg(id::text order by id) from teams) as teams,
    (select id::text from integrations where team_id = (select min(id::text)::uuid from teams) order by id limit 1) as integration,
    (select id::text from alerts where team_id = (select min(id::text)::uuid from teams) order by id limit 1) as alert,
    (select min(replay_of::text) from webhook_deliveries) as replayed,
    (select triggered_at from alerts order by triggered_at offset ${Math.floor(count / 2)} limit 1) as middle`),
  );
  const { middle, ...ids } = rows[0] as { middle: Date } & Omit<Bench["ids"], "actor">;
  return {
    db,
    ids: { ...ids, actor: "user:7" },
    middle,
    async explain(query) {
      queries.length = 0;
      await query();
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      const plans: string[] = [];
      for (const { query: text, params } of queries) {
        const plan = await client.query<{ "QUERY PLAN": string }>(`explain ${text}`, params);
        plans.push(...plan.rows.map((row) => row["QUERY PLAN"]));
      }
      await client.end();
      return plans;
    },
    unusedIndexes: (used) =>
      withPostgres(url, async (client) => {
        const indexes = await client.query<{ name: string }>(
          `select indexrelid::regclass::text as name from pg_index
           where indrelid::regclass::text = any ($1) and not indisprimary order by name`,
          [[...LARGE_TABLES]],
        );
        return indexes.rows.map((row) => row.name).filter((index) => !used.has(index));
      }),
    async close() {
      await endpoint.close();
      await backend.close();
    },
  };
}

/** Rows of a busy year: most alerts are closed, words and labels are common and rare, some times are equal. */
async function fill(client: pg.Client, count: number): Promise<void> {
  await client.query("set synchronous_commit = off");
  await client.query(
    `insert into teams (id, name) select ${uuid("0", "n")}, 'team ' || n from generate_series(1, 20) n`,
  );
  await client.query(`insert into integrations (id, team_id, name, provider, verification, secret_ciphertext, secret_key_id, created_at)
    select ${uuid("1", "n")}, ${uuid("0", "(n % 20 + 1)")}, 'integration ' || n, 'generic', '{}', '', '', ${at("n", 200)}
    from generate_series(1, 200) n`);
  await client.query(`insert into alerts (id, integration_id, team_id, alert_key, title, description, severity, status, metadata,
      triggered_at, last_seen_at, version)
    select ${uuid("2", "n")}, ${uuid("1", source("n"))}, ${uuid("0", `${source("n")} % 20 + 1`)}, 'key ' || n,
      case when n % 50000 = 7 then 'Zanzibar is down' when n % 10 < 3 then 'Disk almost full on host ' || n
        else 'Latency of service ' || n || ' is high' end,
      'Seen on host ' || n % 977 || ' in region ' || n % 7 || case when n % 50000 = 13 then ' by flamingo' else '' end,
      (array['CRITICAL','HIGH','MEDIUM','MEDIUM','MEDIUM','LOW','LOW','LOW','LOW','INFO'])[n % 11 % 10 + 1]::alert_severity,
      case when n % 97 = 0 then 'OPEN' when n % 89 = 0 then 'ACKNOWLEDGED' when n % 3 = 0 then 'CLOSED' else 'RESOLVED' end::alert_status,
      jsonb_build_object('labels', jsonb_build_object('service', case when n % 40000 = 11 then 'fax' when n % 5 = 0 then 'checkout' else 'service ' || n % 60 end,
        'host', 'host ' || n % 977)), ${at("n", count)}, ${at("n", count)}, 2
    from generate_series(1, ${count}) n`);
  await client.query(`insert into webhook_deliveries (id, integration_id, team_id, sequence, status, status_code, alert_id, events, decision,
      headers, content_fingerprint, duplicate_of, replay_of, raw_payload, received_at)
    select ${uuid("3", "n")}, ${uuid("1", source("n / 2"))}, ${uuid("0", `${source("n / 2")} % 20 + 1`)}, n,
      case when n % 41 = 0 then 'REJECTED' when n % 7 = 0 then 'DUPLICATE' else 'ACCEPTED' end::delivery_status, 202,
      case when n % 41 > 0 then ${uuid("2", "n / 2")} end, '[]', '{}', '{}', md5(n::text),
      case when n % 7 = 0 and n % 41 > 0 then ${uuid("3", "(n - 1)")} end, case when n % 1000 = 3 then ${uuid("3", "(n - 1)")} end,
      '{"title":"x"}', ${at("n", 2 * count)}
    from generate_series(2, ${2 * count + 1}) n`);
  await client.query(`insert into alert_timeline (id, alert_id, delivery_id, type, actor, version, status, severity, recorded_at)
    select ${uuid("4", "n")}, ${uuid("2", "n / 2")}, ${uuid("3", "n")}, 'CREATED', 'source', n % 2 + 1, 'OPEN', 'HIGH', ${at("n", 2 * count)}
    from generate_series(2, ${2 * count + 1}) n`);
  await client.query(`insert into audit_events (id, team_id, actor, action, target_type, target_id, created_at)
    select ${uuid("5", "n")}, ${uuid("0", "n % 20 + 1")}, 'user:' || n % 50, 'integration.update', 'integration',
      ${uuid("1", "n % 200 + 1")}::text, ${at("n", count / 10)} from generate_series(1, ${count / 10}) n`);
  await client.query(`insert into api_keys (id, team_id, name, key_hash, scopes) select ${uuid("6", "n")}, ${uuid("0", "n % 20 + 1")},
    'key', md5(n::text), '{alerts:read}' from generate_series(1, 400) n`);
  await client.query("vacuum analyze");
}

/** SQL of a UUIDv7 that increases with `n`. `kind` makes it unique to a table. */
function uuid(kind: string, n: string): string {
  return `(lpad(to_hex(floor(extract(epoch from timestamptz '2026-01-01') * 1000)::bigint + ${n}), 12, '0') || '7' || '${kind}' || lpad(to_hex(${n} % 4096), 2, '0') || '8' || lpad(to_hex(${n}), 15, '0'))::uuid`;
}

/** SQL of the integration (1 to 200) of the `n`th alert: random, so that it correlates with nothing. */
function source(n: string): string {
  return `((hashtext((${n})::text) & 2147483647) % 200 + 1)`;
}

/** SQL of the time of the `n`th row. Ten rows have the same time. */
function at(n: string, of: number): string {
  return `date_trunc('milliseconds', timestamptz '2025-11-01' + (${n} / 10 * 10)::float8 / ${of} * interval '365 days')`;
}
