/**
 * `npm run bench -- api`: runs every list query of the API on a small and on a large table, alternately. Reports the index and the times.
 * Fails on a sequential scan of a large table, on an index of one that no query uses, and if a query takes longer there than its limit
 * (api-limits.ts) allows.
 */
import { drizzle } from "drizzle-orm/neon-http";
import { neon, neonConfig } from "@neondatabase/serverless";
import pg from "pg";
import * as schema from "../../src/db/schema.ts";
import { fill } from "./api-data.ts";
import { describeLimit, compare, MAX_RATIO, NOISE_MS, type Times } from "./api-limits.ts";
import { type BoundedQuery, QUERIES, type Query, type QueryData } from "./api-queries.ts";
import { startPostgres, type TestPostgres } from "../lib/postgres.ts";
import { machine, median, table, writeSection } from "./report.ts";
import { migratePostgres, withPostgres } from "../database.ts";
import { postgresBackend, serveNeonEndpoint } from "../neon-endpoint.ts";
import { Failure, run } from "../run.ts";

const LARGE = Number(process.argv.find((argument) => argument.startsWith("--alerts="))?.slice(9) ?? 1_000_000);
const SMALL = 10_000;
const RUNS = 15;

const ENDPOINTS = new Map<string, string>();

/** Tables that no query may scan sequentially. */
const LARGE_TABLES = new Set(["alerts", "webhook_deliveries", "alert_timeline", "audit_events"]);

interface Bench extends QueryData {
  explain(query: () => unknown): Promise<string[]>;
  /** The indexes of large tables, besides primary keys, that are not in a set. */
  unusedIndexes(used: ReadonlySet<string>): Promise<string[]>;
}

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

interface Measured extends Times {
  query: Query | BoundedQuery;
  indexes: string[];
  scans: string[];
}

async function measure(name: string, query: Query | BoundedQuery, small: Bench, large: Bench): Promise<Measured> {
  const send = typeof query === "function" ? query : query.run;
  const plan = (await large.explain(() => send(large))).join("\n");
  const indexes = [...plan.matchAll(/(?:Index (?:Only )?Scan(?: Backward)? using|Bitmap Index Scan on) (\w+)/g)];
  const scans = [...plan.matchAll(/(?<!Bitmap )Seq Scan on (\w+)/g)].map(([, scanned]) => scanned ?? "");
  const times = { small: [] as number[], large: [] as number[] };
  await send(small);
  // Alternately, so that other load on the machine affects both.
  for (let turn = 0; turn < RUNS; turn++) {
    times.small.push(await timed(() => send(small)));
    times.large.push(await timed(() => send(large)));
  }
  const measured = {
    name,
    query,
    indexes: [...new Set(indexes.map(([, index]) => index ?? ""))],
    scans: scans.filter((scanned) => LARGE_TABLES.has(scanned)),
    smallMs: median(times.small),
    largeMs: median(times.large),
  };
  console.log(`${name.padEnd(60)} ${ms(measured.smallMs)} ${ms(measured.largeMs)}`);
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

function report(measured: readonly Measured[], unused: readonly string[]): void {
  const rows = measured.map((row) => ({ ...row, ...compare(row.query, row, measured) }));
  const bounded = rows.filter(({ bound }) => bound !== undefined);
  const text = `\`npm run bench:api\` measures every list query of the API, over Neon's HTTP protocol, on a real PostgreSQL: with ${SMALL.toLocaleString("en")} alerts and twice as
many deliveries, and with ${LARGE.toLocaleString("en")} alerts. Times are medians of ${RUNS} alternating runs. For the ratio, times below ${NOISE_MS} ms count as ${NOISE_MS} ms. The run
fails if a query scans a large table sequentially, if no query uses an index of one, or if a query takes more than ${MAX_RATIO} times as long on
the larger one.

${bounded.length} queries (*) read more rows of the larger table, up to a bound. Each has a limit of its own, and the run fails beyond it:

${table(
  ["query (*)", "reads at most", "takes at most"],
  bounded.map((row) => [row.name, row.bound ?? "", describeLimit(row)]),
)}

${machine()}

${table(
  ["query", "indexes used", "ms, small", "ms, large", "ratio", "limit", "met"],
  rows.map((row) => [
    row.bound === undefined ? row.name : `${row.name} (*)`,
    row.indexes.map((index) => `\`${index}\``).join(", "),
    row.smallMs.toFixed(1),
    row.largeMs.toFixed(1),
    row.ratio.toFixed(2),
    String(row.maxRatio),
    row.isMet ? "yes" : "**no**",
  ]),
)}`;
  if (LARGE >= 1_000_000) writeSection("The API's lists", text);
  const faults = rows.flatMap((row) => [
    ...row.scans.map((scanned) => `${row.name}: sequential scan of ${scanned}`),
    ...(row.isMet ? [] : [`${row.name}: ${row.ratio.toFixed(2)} times; limit: ${describeLimit(row)}`]),
  ]);
  faults.push(...unused.map((index) => `no query uses ${index}`));
  if (faults.length > 0) throw new Failure(["", ...faults].join("\n"));
  console.log(
    `\nNo sequential scan; ${rows.length - bounded.length} queries take at most ${MAX_RATIO} times as long on ${LARGE / SMALL} times the rows, and ${bounded.length} stay within a limit of their own:`,
  );
  for (const row of bounded) console.log(`${row.name}: ${row.ratio.toFixed(2)}; limit: ${describeLimit(row)}`);
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
    (select array_agg(id::text) from (select id from integrations where team_id = (select min(id::text)::uuid from teams) order by id limit 3)
      as few) as integrations,
    (select id::text from users where name = 'User 3') as user,
    (select id::text from alerts where team_id = (select min(id::text)::uuid from teams) order by id limit 1) as alert,
    (select min(replay_of::text) from webhook_deliveries) as replayed,
    (select triggered_at from alerts order by triggered_at offset ${Math.floor(count / 2)} limit 1) as middle`),
  );
  const { middle, ...ids } = rows[0] as { middle: Date } & Omit<QueryData["ids"], "actor">;
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
