/**
 * `npm run bench -- retention`: measures ingest and lists while retention deletes from ten million deliveries, and whether monthly
 * partitions would be faster. A real PostgreSQL with fsync, Neon's HTTP protocol, alternating rounds. Writes the section "Retention" of
 * docs/benchmarks.md. Fails if a median is more than 1.5 times as long. Needs about 50 GB of disk; `--short` needs less, and writes
 * nothing.
 */
import { neonConfig } from "@neondatabase/serverless";
import pg from "pg";
import { retentionSteps } from "../../src/api/retention.ts";
import type { DatabaseSettings } from "../../src/db/client.ts";
import { deleteDeliveries } from "../../src/db/retention.ts";
import { MAX_RUN_MS, runSteps } from "../../src/db/steps.ts";
import { DAY, MINUTE, SECOND } from "../../src/lib/time.ts";
import { startPostgres, type TestPostgres } from "../lib/postgres.ts";
import { machine, median, table, writeSection } from "./report.ts";
import { DAYS, fill, fillPartitions, A_PARTITION } from "./retention/fill.ts";
import { type Asks, BATCH, ingest, lists, type Times, timesOf } from "./retention/load.ts";
import { migratePostgres } from "../database.ts";
import { postgresBackend, serveNeonEndpoint } from "../neon-endpoint.ts";
import { Failure, run } from "../run.ts";

const option = (name: string, usual: number): number =>
  Number(process.argv.find((argument) => argument.startsWith(`--${name}=`))?.split("=")[1] ?? usual);

const isShort = process.argv.includes("--short");
const ROWS = option("rows", isShort ? 200_000 : 10_000_000);
const ROUNDS = option("rounds", isShort ? 2 : 6);
const SECONDS = option("seconds", isShort ? 3 : 30);
const RETENTION_DAYS = 90;
const MAX_RATIO = 1.5;

interface Query {
  query: string;
  params: (string | null)[];
}

await run(async () => {
  const postgres = await startPostgres({ isDurable: true });
  const stops: (() => Promise<unknown>)[] = [() => postgres.stop()];
  try {
    await bench(postgres, stops);
  } finally {
    for (const stop of stops.toReversed()) await stop();
  }
});

async function bench(postgres: TestPostgres, stops: (() => Promise<unknown>)[]): Promise<void> {
  await tune(postgres);
  await migratePostgres(postgres.url);
  const client = new pg.Client(postgres.url);
  await client.connect();
  stops.push(() => client.end());
  const now = Date.now();
  await fill(client, ROWS, now);
  const { rows } = await client.query<{ id: string; at: Date }>(
    "select id, received_at as at from webhook_deliveries where received_at >= $1 order by received_at limit 1",
    [new Date(now - (DAYS / 3) * DAY)],
  );
  const known = rows[0];
  if (!known) throw new Failure("The table is empty.");
  const asks = { ...ingest, ...lists(known) };

  const databases = new Map<string, string>();
  neonConfig.fetchEndpoint = (host) => databases.get(host) ?? "";
  const backend = postgresBackend(postgres.url);
  stops.push(() => backend.close());
  const open = async (name: string, through: (query: Query) => Query): Promise<DatabaseSettings> => {
    const endpoint = await serveNeonEndpoint(
      {
        ...backend,
        query: (query) => backend.query(through(query)),
        transaction: (queries, options) => backend.transaction(queries.map(through), options),
      },
      postgres.url,
    );
    stops.push(() => endpoint.close());
    const host = `${name}.localtest.me`;
    databases.set(host, endpoint.url);
    return { DATABASE_URL: postgres.url.replace(/@[^/]+/, `@${host}`), NEON_ENDPOINT: "" };
  };
  let latest: Query = { query: "", params: [] };
  const plain = await open("plain", (query) => (latest = query));
  const expired = { from: new Date(0), before: new Date(now - RETENTION_DAYS * DAY) };
  const deleteFirst = () => runSteps(plain, [deleteDeliveries(expired)], 0);

  await deleteFirst();
  const scanned = await explain(client, latest);
  const sizeBefore = await sizeOf(client);
  const rounds = await deleteByTurns(asks, plain, now);
  const after = await lookAfter(client, deleteFirst);
  await fillPartitions(client, now);
  const parted = await open("parted", onPartitions);
  const compared = await compareByTurns(asks, plain, parted);
  report({ rounds, scanned, sizeBefore, after, compared, drop: await dropMonth(client) });
}

/** Settings of a small Neon compute. */
async function tune(postgres: TestPostgres): Promise<void> {
  const client = new pg.Client(postgres.url);
  await client.connect();
  for (const setting of ["shared_buffers = '1GB'", "max_wal_size = '8GB'", "maintenance_work_mem = '512MB'"]) {
    await client.query(`alter system set ${setting}`);
  }
  await client.query("checkpoint");
  await client.end();
  await postgres.halt();
  await postgres.resume();
}

/** Measures ingest and lists under two conditions, alternately. */
interface Round {
  one: Times;
  other: Times;
}

interface RetentionRound extends Round {
  deleted: number;
}

/** Measures without retention, and while it deletes at its production pace. */
async function deleteByTurns(asks: Asks, env: DatabaseSettings, now: number): Promise<RetentionRound[]> {
  await loadFor(asks, env, SECONDS / 3);
  const rounds: RetentionRound[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const one = await loadFor(asks, env, SECONDS);
    const steps = retentionSteps({ DELIVERY_RETENTION_DAYS: String(RETENTION_DAYS) }, now);
    const [{ counts }, other] = await Promise.all([
      runSteps(env, steps, SECONDS * SECOND),
      loadFor(asks, env, SECONDS),
    ]);
    rounds.push({ one, other, deleted: counts.deliveries ?? 0 });
    console.log(`round ${round + 1}, during retention: ${ratiosOf({ one, other })}`);
  }
  return rounds;
}

/** Measures with a plain table, and with a partitioned table. */
async function compareByTurns(asks: Asks, plain: DatabaseSettings, parted: DatabaseSettings): Promise<Round[]> {
  await loadFor(asks, parted, SECONDS / 3);
  const rounds: Round[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const one = await loadFor(asks, plain, SECONDS / 2);
    const other = await loadFor(asks, parted, SECONDS / 2);
    rounds.push({ one, other });
    console.log(`round ${round + 1}, in partitions: ${ratiosOf({ one, other })}`);
  }
  return rounds;
}

/** Runs ingest and lists at the same time. */
async function loadFor(asks: Asks, env: DatabaseSettings, seconds: number): Promise<Times> {
  const until = performance.now() + seconds * SECOND;
  const reads = Object.fromEntries(Object.entries(asks).filter(([name]) => !(name in ingest)));
  const [written, read] = await Promise.all([timesOf(ingest, env, until), timesOf(reads, env, until)]);
  return { ...written, ...read };
}

function ratiosOf(round: Round): string {
  const names = Object.keys(round.one);
  return names.map((name) => `${name} ${ratio([round], name).toFixed(2)}`).join(", ");
}

/** The machine changes between rounds, so this is the median of the ratios of each round. */
function ratio(rounds: readonly Round[], name: string, of = median): number {
  return median(rounds.map(({ one, other }) => of(other[name] ?? []) / of(one[name] ?? [])));
}

/** The 99th percentile. */
function p99(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * 0.99) - 1] ?? Number.NaN;
}

/** Measures a query in a transaction that is rolled back. */
async function explain(client: pg.Client, { query, params }: Query): Promise<string> {
  await client.query("begin");
  const plan = await client.query<{ "QUERY PLAN": string }>(
    `explain (analyze, buffers, costs off, timing off) ${query}`,
    params,
  );
  await client.query("rollback");
  return plan.rows.map((row) => row["QUERY PLAN"]).join("\n");
}

interface After {
  deadRows: number;
  size: number;
  /** The first batch of a run, which skips dead rows; and the same after a vacuum. */
  firstBatchMs: number;
  vacuumMs: number;
  vacuumedBatchMs: number;
}

async function lookAfter(client: pg.Client, deleteFirst: () => Promise<unknown>): Promise<After> {
  const firstBatchMs = await timed(deleteFirst);
  await client.query("select pg_stat_force_next_flush()");
  const { rows } = await client.query<{ dead: number }>(
    "select n_dead_tup::int as dead from pg_stat_user_tables where relname = 'webhook_deliveries'",
  );
  const size = await sizeOf(client);
  const vacuumMs = await timed(() => client.query("vacuum webhook_deliveries"));
  return { deadRows: rows[0]?.dead ?? 0, size, firstBatchMs, vacuumMs, vacuumedBatchMs: await timed(deleteFirst) };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Bytes of the plain table and its indexes. */
async function sizeOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ size: string }>("select pg_total_relation_size('webhook_deliveries') as size");
  return Number(rows[0]?.size);
}

/** The same query on the partitioned table, whose key is the id and the time. */
function onPartitions({ query, params }: Query): Query {
  const isInsert = query.includes("insert into webhook_deliveries");
  const keyed = isInsert ? query.replace("on conflict (id)", "on conflict (id, received_at)") : query;
  return { query: keyed.replaceAll("webhook_deliveries", "parted"), params };
}

async function dropMonth(client: pg.Client): Promise<{ rows: number; ms: number }> {
  const { rows } = await client.query<{ count: number }>(`select count(*)::int from ${A_PARTITION}`);
  return { rows: rows[0]?.count ?? 0, ms: await timed(() => client.query(`drop table ${A_PARTITION}`)) };
}

interface Findings {
  rounds: readonly RetentionRound[];
  scanned: string;
  sizeBefore: number;
  after: After;
  compared: readonly Round[];
  drop: { rows: number; ms: number };
}

function report({ rounds, scanned, sizeBefore, after, compared, drop }: Findings): void {
  const deleted = rounds.reduce((sum, round) => sum + round.deleted, 0);
  const perSecond = deleted / (ROUNDS * SECONDS);
  const text = `\`npm run bench -- retention\` fills a real PostgreSQL (fsync, 1 GB of shared buffers) with ${count(ROWS)} deliveries of ${DAYS} days, and
compares ingest and lists without retention, and while it deletes deliveries older than ${RETENTION_DAYS} days at its production pace, in ${ROUNDS} alternating
rounds of ${SECONDS} s: batches of ${BATCH} deliveries through \`writeChunks\`, and lists, over Neon's HTTP protocol. Times are medians of all rounds;
ratios are medians of the ratios of each round. The run fails if a ratio of medians is above ${MAX_RATIO}.

${machine()}

${comparison(rounds, "without", "during")}

In this time, ${count(deleted)} deliveries were deleted, ${count(perSecond)} a second. The daily run, ${MAX_RUN_MS / MINUTE} minutes at most, deletes
${count((perSecond * MAX_RUN_MS) / SECOND)}, which keeps up with ${count((perSecond * MAX_RUN_MS) / DAY)} deliveries a second, day and night. The table was ${gigabytes(sizeBefore)} GB, and
${gigabytes(after.size)} GB afterwards with ${count(after.deadRows)} dead rows. The first batch of a run skips them: ${after.firstBatchMs.toFixed(0)} ms, and
${after.vacuumedBatchMs.toFixed(0)} ms after a vacuum, which took ${(after.vacuumMs / SECOND).toFixed(0)} s.

The same deliveries in monthly partitions, alternating with the plain table:

${comparison(compared, "plain", "in partitions")}

Dropping the partition of a month with ${count(drop.rows)} rows took ${drop.ms.toFixed(0)} ms under an exclusive lock. Conclusions:
[decision 8](decisions/0008-retention.md).`;
  console.log(`\n${scanned}\n\n${text}`);
  if (!isShort) writeSection("Retention", text);
  const faults = Object.keys(rounds[0]?.one ?? {}).filter((name) => ratio(rounds, name) > MAX_RATIO);
  if (/Seq Scan on webhook/.test(scanned)) faults.push("the query that deletes: sequential scan");
  if (faults.length > 0) throw new Failure(`Too slow during retention: ${faults.join(", ")}`);
}

function comparison(rounds: readonly Round[], one: string, other: string): string {
  const all = (name: string, side: "one" | "other") => rounds.flatMap((round) => round[side][name] ?? []);
  return table(
    ["", `median, ms, ${one}`, other, "ratio", `p99, ms, ${one}`, other, "ratio"],
    Object.keys(rounds[0]?.one ?? {}).map((name) => [
      name,
      ...[median, p99].flatMap((of) => [
        of(all(name, "one")).toFixed(1),
        of(all(name, "other")).toFixed(1),
        ratio(rounds, name, of).toFixed(2),
      ]),
    ]),
  );
}

function gigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(1);
}

function count(value: number): string {
  return Math.round(value).toLocaleString("en");
}
