/**
 * `npm run bench -- ingest`: compares the ingest of Tocsin with the cost of the platform, alternately, on bare workerd with the deployable
 * bundle; and measures whether the flush to a real Postgres keeps up. Writes the section "Ingest" of docs/benchmarks.md. Needs Linux
 * and wrk.
 */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { freePort, startPostgres } from "../lib/postgres.ts";
import { type Run, type Target, wrk, writeRequests } from "./load.ts";
import { machine, median, table, writeSection } from "./report.ts";
import { type Depth, type Integration, type Service, startTocsin } from "./tocsin.ts";
import { type Usage, usageOf, usagePer } from "./usage.ts";
import { migratePostgres } from "../database.ts";
import { postgresBackend, serveNeonEndpoint } from "../neon-endpoint.ts";
import { run } from "../run.ts";
import { buildBundle, startWorkerd, type WorkerSpec } from "../workerd.ts";

const option = (name: string, usual: number): number =>
  Number(process.argv.find((argument) => argument.startsWith(`--${name}=`))?.split("=")[1] ?? usual);

const ROUNDS = option("rounds", 5);
const SECONDS = option("seconds", 4);
const LONG_SECONDS = option("long", 60);
const CONNECTIONS = option("connections", 64);

/** With this pause, the connections send about 1,000 deliveries a second: the documented limit of a Durable Object. */
const PAUSE_MS = 50;

/** More than any case handles in a second. */
const MOST_PER_SECOND = 8000;

interface Case {
  name: string;
  port: number;
  requests: (round: number) => string;
  pid: number;
}

const SECRET = randomBytes(24).toString("base64url");

await run(async () => {
  const directory = mkdtempSync(path.join(tmpdir(), "tocsin-bench-"));
  const started: (() => Promise<unknown>)[] = [async () => rmSync(directory, { recursive: true, force: true })];
  try {
    await bench(directory, started);
  } finally {
    for (const stop of started.toReversed()) await stop();
  }
});

async function bench(directory: string, started: (() => Promise<unknown>)[]): Promise<void> {
  console.log("Building the bundle, starting PostgreSQL …");
  const bundle = buildBundle(path.join(directory, "bundle"));
  const postgres = await startPostgres({ isDurable: true });
  started.push(() => postgres.stop());
  await migratePostgres(postgres.url);
  const databaseUrl = "postgresql://tocsin:bench@db.localtest.me/tocsin";
  const endpoint = await serveNeonEndpoint(postgresBackend(postgres.url), databaseUrl);
  started.push(() => endpoint.close());

  const service = await startTocsin(path.join(directory, "tocsin"), bundle, {
    DATABASE_URL: databaseUrl,
    NEON_ENDPOINT: endpoint.url,
  });
  started.push(() => service.workerd.kill());
  const floors = await startFloors(path.join(directory, "floors"));
  started.push(() => floors.workerd.kill());
  const baseline = await startBaseline(postgres.url);
  started.push(() => baseline.stop());

  const one = await service.integration();
  const two = await service.integration({ shards: 2 });
  const four = await service.integration({ shards: 4 });
  const sixteen = await Promise.all(Array.from({ length: 16 }, () => service.integration()));
  const file = (name: string) => path.join(directory, name);
  const count = SECONDS * MOST_PER_SECOND;
  const fresh =
    (name: string, targets: readonly Target[]) =>
    (round: number): string => {
      writeRequests(file(name), count, targets, `${name}${round}`);
      return file(name);
    };
  const floorTarget = [{ path: "/", secret: SECRET }];
  writeRequests(file("floor"), 5000, floorTarget, "floor");
  writeRequests(file("duplicate"), 1, [one], "duplicate", { isRepeated: true });
  writeRequests(file("wrong"), 5000, [one], "wrong", { isWronglySigned: true });

  const onFloor = (name: string, kind: string): Case => ({
    name,
    port: floors.ports[kind] ?? 0,
    requests: () => file("floor"),
    pid: floors.workerd.pid,
  });
  const onTocsin = (name: string, requests: Case["requests"]): Case => ({
    name,
    port: service.port,
    requests,
    pid: service.workerd.pid,
  });
  const cases: Record<string, Case> = {
    a: onFloor("an empty Worker", "empty"),
    b: onFloor("HMAC only", "hmac"),
    c: onFloor("an empty object call", "object"),
    d: onFloor("an object call with one insert of the body", "insert"),
    d16: onFloor("the same with 16 objects", "insert16"),
    e: onTocsin("Tocsin, one integration", fresh("e", [one])),
    e2: onTocsin("the same with 2 shards", fresh("e2", [two])),
    e4: onTocsin("the same with 4 shards", fresh("e4", [four])),
    f: onTocsin("Tocsin, 16 integrations", fresh("f", sixteen)),
    g: onTocsin("Tocsin, duplicates only", () => file("duplicate")),
    h: onTocsin("Tocsin, wrongly signed", () => file("wrong")),
    i: {
      name: "the ordinary way: Node, `pg`, a transaction each",
      port: baseline.port,
      requests: fresh("i", [{ path: "/", secret: SECRET }]),
      pid: baseline.pid,
    },
  };

  const results = new Map<string, Measured[]>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const [id, measured] of Object.entries(cases)) {
      const requests = measured.requests(round);
      const result = await measure(measured, requests);
      results.set(id, [...(results.get(id) ?? []), result]);
      console.log(`round ${round + 1}, ${id}: ${Math.round(result.perSecond)}/s, ${measured.name}`);
      // The next case must not pay for the backlog of this one.
      await service.drained([one, two, four, ...sixteen]);
    }
  }
  console.log(`Load for ${LONG_SECONDS} s on one integration, twice …`);
  writeRequests(file("long"), LONG_SECONDS * MOST_PER_SECOND, [one], "long");
  const full = await loadForLong(service, postgres.pid(), one, file("long"));
  writeRequests(file("paced"), LONG_SECONDS * MOST_PER_SECOND, [one], "paced");
  const paced = await loadForLong(service, postgres.pid(), one, file("paced"), PAUSE_MS);
  report(cases, results, full, paced, await bytesPerDelivery(postgres.url));
}

interface Measured extends Run, Usage {
  perSecond: number;
}

async function measure({ port, pid }: Case, requests: string): Promise<Measured> {
  const before = usageOf(pid);
  const seen = await wrk(port, requests, SECONDS, CONNECTIONS);
  return {
    ...seen,
    ...usagePer(seen.requests, before, usageOf(pid)),
    perSecond: (seen.requests / seen.microseconds) * 1e6,
  };
}

interface Long {
  run: Run;
  /** Rows in the outbox, sampled once a second. */
  depths: Depth[];
  /** Time until the outbox was empty after the last reply. */
  drainMs: number;
  /** Resources that PostgreSQL used for each delivery. */
  postgres: Usage;
}

async function loadForLong(
  service: Service,
  postgresPid: number,
  target: Integration,
  requests: string,
  pauseMs?: number,
): Promise<Long> {
  const before = usageOf(postgresPid);
  const depths: Depth[] = [];
  const sampling = setInterval(() => void service.depth(target).then((depth) => depths.push(depth)), 1000);
  const seen = await wrk(service.port, requests, LONG_SECONDS, CONNECTIONS, pauseMs);
  clearInterval(sampling);
  const end = performance.now();
  await service.drained([target]);
  const drainMs = performance.now() - end;
  return { run: seen, depths, drainMs, postgres: usagePer(seen.requests, before, usageOf(postgresPid)) };
}

async function startFloors(directory: string) {
  const kinds = ["empty", "hmac", "object", "insert", "insert16"];
  const ports: Record<string, number> = {};
  for (const kind of kinds) ports[kind] = await freePort();
  const specs = kinds.map((kind): WorkerSpec => ({
    name: kind,
    port: ports[kind] ?? 0,
    modules: { "floor.js": path.join(import.meta.dirname, "floor.js") },
    text: { KIND: kind, SECRET },
    objects: [{ binding: "FLOORS", className: "Floor" }],
  }));
  return { ports, workerd: await startWorkerd(directory, specs) };
}

async function startBaseline(databaseUrl: string) {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, "baseline.ts"), databaseUrl, SECRET], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const port = await new Promise<number>((resolve, reject) => {
    child.stdout.once("data", (line) => resolve(Number(String(line))));
    child.once("exit", (code) => reject(new Error(`the baseline ended with exit code ${code}`)));
  });
  return {
    port,
    pid: child.pid ?? 0,
    async stop() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill();
      await ended;
    },
  };
}

/** Bytes of the tables and indexes for each delivery, with its alert and timeline. */
async function bytesPerDelivery(databaseUrl: string): Promise<number> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  try {
    const { rows } = await client.query<{ each: number }>(
      `SELECT (pg_total_relation_size('webhook_deliveries') + pg_total_relation_size('alerts') +
        pg_total_relation_size('alert_timeline'))::float8 / (SELECT count(*) FROM webhook_deliveries) AS each`,
    );
    return rows[0]?.each ?? Number.NaN;
  } finally {
    await client.end();
  }
}

function report(
  cases: Record<string, Case>,
  results: ReadonlyMap<string, Measured[]>,
  full: Long,
  paced: Long,
  bytesInPostgres: number,
): void {
  const of = (id: string, field: keyof Measured) => median((results.get(id) ?? []).map((result) => result[field]));
  const ratio = (over: string, under: string): string => {
    // The machine changes between rounds, so ratios are computed within each round, then their median.
    const rounds = (results.get(over) ?? []).map(
      (result, round) => result.perSecond / (results.get(under)?.[round]?.perSecond ?? Number.NaN),
    );
    return median(rounds).toFixed(2);
  };
  const rows = Object.entries(cases).map(([id, { name }]) => {
    const failed = (results.get(id) ?? []).reduce((sum, result) => sum + result.socketErrors, 0);
    return [
      id,
      name,
      Math.round(of(id, "perSecond")).toLocaleString("en"),
      (of(id, "p50") / 1000).toFixed(1),
      (of(id, "p99") / 1000).toFixed(1),
      Math.round(of(id, "cpuSeconds") * 1e6),
      (of(id, "bytesWritten") / 1000).toFixed(1),
      failed,
    ].map(String);
  });
  const goals = [
    ["e/d", ratio("e", "d"), "0.8"],
    ["g/c", ratio("g", "c"), "0.8"],
    ["h/b", ratio("h", "b"), "0.9"],
    ["f/e", ratio("f", "e"), "1"],
    ["e2/e", ratio("e2", "e"), ""],
    ["e4/e", ratio("e4", "e"), ""],
    ["f/d16", ratio("f", "d16"), ""],
    ["e/i", ratio("e", "i"), ""],
  ];
  const text = `\`npm run bench -- ingest\` sends distinct signed Alertmanager deliveries of about 1.5 kB over ${CONNECTIONS} connections to the deployable bundle under bare
workerd, and to minimal Workers, alternately: ${ROUNDS} rounds of ${SECONDS} s each. Values are medians of the rounds; ratios are computed within a round.
The edge, the object and the flush share one thread. wrk, the database endpoint and PostgreSQL (with fsync) share the two cores with
them, so only the ratios are meaningful. Cases with several objects (e2, e4, f) are slower here than on the platform, where each object
has its own thread.

${machine()}

${table(["", "what", "a second", "p50, ms", "p99, ms", "CPU, µs each", "written, kB each", "errors"], rows)}

${table(["ratio", "measured", "goal"], goals)}

Whether the flush keeps up: ${LONG_SECONDS} s on one integration. The outbox is sampled once a second.

${table(
  ["", "a second", "p99, ms", "rows in the outbox, median", "most", "at the end", "empty after, s"],
  [
    ["unlimited", ...outboxRow(full)],
    ["at the documented limit of an object", ...outboxRow(paced)],
  ],
)}

A delivery writes three rows in its object (dedup key, alert, outbox), a duplicate one. Each call, of up to 64 deliveries, writes one more.
The flush deletes the outbox rows, and writes one row a batch (\`test/objects/integration/object.worker.test.ts\`). A delivery needs
${kilobytes(bytesInOutbox(full))} kB in the outbox until the flush, and ${kilobytes(bytesInPostgres)} kB in Postgres, with half an alert, a timeline entry and all indexes. PostgreSQL
used ${Math.round(full.postgres.cpuSeconds * 1e6)} µs of CPU, and wrote ${kilobytes(full.postgres.bytesWritten)} kB to its disk.`;
  console.log(text);
  writeSection("Ingest", text);
}

function outboxRow({ run: seen, depths, drainMs }: Long): string[] {
  const rows = depths.map((depth) => depth.rows);
  return [
    Math.round((seen.requests / seen.microseconds) * 1e6).toLocaleString("en"),
    (seen.p99 / 1000).toFixed(1),
    ...[median(rows), Math.max(0, ...rows), rows.at(-1) ?? 0].map((depth) => depth.toLocaleString("en")),
    (drainMs / 1000).toFixed(1),
  ];
}

function bytesInOutbox({ depths }: Long): number {
  return median(depths.map(({ rows, bytes }) => bytes / Math.max(1, rows)));
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(1);
}
