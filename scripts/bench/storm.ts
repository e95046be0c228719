/**
 * `npm run bench -- storm`: new alerts as fast as they are answered, to one integration and to sixteen. Measures whether they reach
 * PostgreSQL while the storm lasts. Writes the section "In a storm" of docs/benchmarks.md. Needs wrk.
 */
import path from "node:path";
import { type Run, wrk, writeRequests } from "./load.ts";
import { option } from "./options.ts";
import { goalTable, machine, median, table, writeSection } from "./report.ts";
import { bytesPerDelivery, committedBefore, mark, type Visibility, visibility, walPerDelivery } from "./stored.ts";
import { type System, withSystem } from "./system.ts";
import type { Integration } from "./tocsin.ts";
import { memoryOf, type Usage, usageOf, usagePer } from "./usage.ts";
import { Failure, run } from "../run.ts";

const SECONDS = option("seconds", 60);
const CONNECTIONS = option("connections", 64);
/** More than any machine with two cores answers in a second. */
const MOST_PER_SECOND = option("most", 4000);
const SAMPLE_MS = 1000;

interface Storm {
  seen: Run;
  perSecond: number;
  visible: Visibility;
  /** Stored when the last answer came ÷ answered. */
  storedShare: number;
  /** Entries that waited, sampled once a second. */
  depths: number[];
  drainMs: number;
  server: Usage;
  postgres: Usage;
  wal: number;
  requestsPerSecond: number;
  memory: number;
  /** Bytes of tables and indexes for each delivery, with its alert and timeline entry. */
  stored: number;
}

await run(() =>
  withSystem(async (system) => {
    const one = [await system.service.integration()];
    const sixteen = await Promise.all(Array.from({ length: 16 }, () => system.service.integration()));
    await measure(system, [...one, ...sixteen], "warm-up", 3);
    report(await measure(system, one, "one", SECONDS), await measure(system, sixteen, "sixteen", SECONDS));
  }),
);

async function measure(
  system: System,
  targets: readonly Integration[],
  series: string,
  seconds: number,
): Promise<Storm> {
  const { service, postgres, endpoint, sql } = system;
  const requests = path.join(system.directory, series);
  writeRequests(requests, seconds * MOST_PER_SECOND, targets, series, { resolvedAfter: Number.POSITIVE_INFINITY });
  await sql("checkpoint");
  const start = await mark(system);
  const before = {
    server: usageOf(service.workerd.pid),
    postgres: usageOf(postgres.pid()),
    requests: endpoint.counters().requests,
  };
  const depths: number[] = [];
  const sampling = setInterval(() => void sampleDepth(system, targets, depths).catch(() => {}), SAMPLE_MS);
  const seen = await wrk(service.port, requests, seconds, CONNECTIONS);
  clearInterval(sampling);
  const lastAnswer = await mark(system);
  await service.drained(targets);
  const end = await mark(system);
  if (seen.requests > seconds * MOST_PER_SECOND) throw new Failure(`Too few requests: --most=${2 * MOST_PER_SECOND}.`);
  const storm = {
    seen,
    perSecond: (seen.requests / seen.microseconds) * 1e6,
    visible: await visibility(system, start.at, end.at),
    storedShare: (await committedBefore(system, start.at, lastAnswer.at)) / seen.requests,
    depths,
    drainMs: end.at.getTime() - lastAnswer.at.getTime(),
    server: usagePer(seen.requests, before.server, usageOf(service.workerd.pid)),
    postgres: usagePer(seen.requests, before.postgres, usageOf(postgres.pid())),
    wal: await walPerDelivery(system, start, end),
    requestsPerSecond: (endpoint.counters().requests - before.requests) / seconds,
    memory: memoryOf(service.workerd.pid).most,
    stored: await bytesPerDelivery(system),
  };
  console.log(`${series}: ${JSON.stringify({ ...storm, depths })}`);
  return storm;
}

/** Asks one integration after another, because asking all of them at once would be load. Each stands for all. */
async function sampleDepth({ service }: System, targets: readonly Integration[], depths: number[]): Promise<void> {
  const target = targets[depths.length % targets.length];
  if (target) depths.push((await service.depth(target)).rows * targets.length);
}

/** The median depth of the last quarter of the storm ÷ that of its first half; 1: flat. */
function growth({ depths }: Storm): number {
  const early = median(depths.slice(0, Math.ceil(depths.length / 2)));
  return median(depths.slice(Math.floor(depths.length * 0.75))) / Math.max(1, early);
}

function report(one: Storm, sixteen: Storm): void {
  const at = ({ depths }: Storm, share: number): string =>
    (depths[Math.min(depths.length - 1, Math.floor(depths.length * share))] ?? Number.NaN).toLocaleString("en");
  const rows: [string, (storm: Storm) => string][] = [
    ["answered a second", ({ perSecond }) => Math.round(perSecond).toLocaleString("en")],
    [
      "answer, ms: median; 99th percentile",
      ({ seen }) => `${(seen.p50 / 1000).toFixed(0)}; ${(seen.p99 / 1000).toFixed(0)}`,
    ],
    ["not 2xx; broken connections", ({ seen }) => `${seen.notSuccessful}; ${seen.socketErrors}`],
    ["in Postgres when the last answer came", ({ storedShare }) => percent(storedShare)],
    ["in Postgres within 2 s", ({ visible }) => percent(visible.within2s)],
    [
      "from receipt to visible in Postgres, ms: median; 99th percentile",
      ({ visible }) => `${visible.p50.toFixed(0)}; ${visible.p99.toFixed(0)}`,
    ],
    [
      "entries that wait after a quarter, half, three quarters, all of the time",
      (storm) => [0.25, 0.5, 0.75, 1].map((share) => at(storm, share)).join("; "),
    ],
    ["outbox empty after the last answer, s", ({ drainMs }) => (drainMs / 1000).toFixed(1)],
    ["CPU of the server, µs each", ({ server }) => Math.round(server.cpuSeconds * 1e6).toString()],
    ["CPU of Postgres, µs each", ({ postgres }) => Math.round(postgres.cpuSeconds * 1e6).toString()],
    ["requests to Postgres a second", ({ requestsPerSecond }) => requestsPerSecond.toFixed(1)],
    ["WAL per delivery, kB", ({ wal }) => (wal / 1000).toFixed(1)],
    ["written to disk by Postgres per delivery, kB", ({ postgres }) => (postgres.bytesWritten / 1000).toFixed(1)],
    ["size in Postgres with all indexes per delivery, kB", ({ stored }) => (stored / 1000).toFixed(1)],
    ["most memory of the server, MB", ({ memory }) => (memory / 1e6).toFixed(0)],
  ];
  const least = (of: (storm: Storm) => number): number => Math.min(of(one), of(sixteen));
  const most = (of: (storm: Storm) => number): number => Math.max(of(one), of(sixteen));
  const text = `\`npm run bench -- storm\` sends new alerts over ${CONNECTIONS} connections as fast as they are answered, for ${SECONDS} s each to one integration and to
sixteen. Edge, objects, Writers and flush share one thread; wrk, the database endpoint and PostgreSQL (with fsync) share the two cores with
them. The time until an alert is visible runs from its receipt at the edge, before its answer, to the commit of its transaction.

${machine()}

${table(
  ["", "one integration", "sixteen"],
  rows.map(([name, value]) => [name, value(one), value(sixteen)]),
)}

${goalTable([
  { what: "stored a second ÷ answered a second", measured: least(({ storedShare }) => storedShare), least: 0.9 },
  {
    what: "share in Postgres within 2 s of the answer",
    measured: least(({ visible }) => visible.within2s),
    least: 0.95,
  },
  { what: "WAL per delivery, kB", measured: most(({ wal }) => wal / 1000), most: 12 },
  { what: "depth of the outbox in the last quarter ÷ in the first half", measured: most(growth), most: 1.5 },
])}`;
  console.log(text);
  writeSection("In a storm", text);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
