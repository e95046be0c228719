/**
 * `npm run bench -- quiet`: an ordinary rate, 50 new alerts a second, to one integration and to sixteen. Measures the CPU of the server and
 * of PostgreSQL, the answers, when the alerts become visible, the requests to the database, and its log. Writes the section "Fifty a
 * second" of docs/benchmarks.md.
 */
import { option } from "./options.ts";
import { type Paced, percentile, sendPaced } from "./paced.ts";
import { goalTable, machine, table, writeSection } from "./report.ts";
import { mark, stored, type Visibility, visibility, walPerDelivery } from "./stored.ts";
import { type System, withSystem } from "./system.ts";
import type { Integration } from "./tocsin.ts";
import { type Usage, usageOf, usagePer } from "./usage.ts";
import { run } from "../run.ts";

const PER_SECOND = 50;
const SECONDS = option("seconds", 40);
/** The first requests after a start load code and fill caches. */
const WARM_UP_SECONDS = 5;

interface Quiet {
  paced: Omit<Paced, "failures">;
  server: Usage;
  postgres: Usage;
  seen: Visibility;
  requestsPerSecond: number;
  /** Bytes to and from Postgres for each delivery: HTTP bodies. */
  toPostgres: number;
  fromPostgres: number;
  walAfterCheckpoint: number;
  walLater: number;
}

await run(() =>
  withSystem(async (system) => {
    const one = [await system.service.integration()];
    const sixteen = await Promise.all(Array.from({ length: 16 }, () => system.service.integration()));
    await measure(system, [...one, ...sixteen], "warm-up", WARM_UP_SECONDS);
    report(await measure(system, one, "one", SECONDS), await measure(system, sixteen, "sixteen", SECONDS));
  }),
);

async function measure(
  system: System,
  targets: readonly Integration[],
  series: string,
  seconds: number,
): Promise<Quiet> {
  const { service, postgres, endpoint, sql } = system;
  await sql("checkpoint");
  const before = {
    server: usageOf(service.workerd.pid),
    postgres: usageOf(postgres.pid()),
    endpoint: endpoint.counters(),
  };
  const start = await mark(system);
  const first = await sendPaced(service.port, targets, {
    perSecond: PER_SECOND,
    seconds: seconds / 2,
    series: `${series}-1`,
  });
  const middle = await stored(system, start, first.accepted);
  const second = await sendPaced(service.port, targets, {
    perSecond: PER_SECOND,
    seconds: seconds / 2,
    series: `${series}-2`,
  });
  const end = await stored(system, middle, second.accepted);
  const accepted = first.accepted + second.accepted;
  const after = endpoint.counters();
  const quiet = {
    paced: {
      accepted,
      failed: first.failed + second.failed,
      latencies: [...first.latencies, ...second.latencies].toSorted((a, b) => a - b),
    },
    server: usagePer(accepted, before.server, usageOf(service.workerd.pid)),
    postgres: usagePer(accepted, before.postgres, usageOf(postgres.pid())),
    seen: await visibility(system, start.at, end.at),
    requestsPerSecond: (after.requests - before.endpoint.requests) / seconds,
    toPostgres: (after.receivedBytes - before.endpoint.receivedBytes) / accepted,
    fromPostgres: (after.sentBytes - before.endpoint.sentBytes) / accepted,
    walAfterCheckpoint: await walPerDelivery(system, start, middle),
    walLater: await walPerDelivery(system, middle, end),
  };
  console.log(`${series}: ${JSON.stringify({ ...quiet, paced: { accepted, failed: quiet.paced.failed } })}`);
  return quiet;
}

function report(one: Quiet, sixteen: Quiet): void {
  const rows: [string, (quiet: Quiet) => string][] = [
    ["answered; failed", ({ paced }) => `${paced.accepted}; ${paced.failed}`],
    ["answer, ms: median", ({ paced }) => percentile(paced.latencies, 0.5).toFixed(1)],
    ["answer, ms: 99th percentile", ({ paced }) => percentile(paced.latencies, 0.99).toFixed(1)],
    ["from receipt to visible in Postgres, ms: median", ({ seen }) => seen.p50.toFixed(0)],
    ["from receipt to visible in Postgres, ms: 99th percentile", ({ seen }) => seen.p99.toFixed(0)],
    ["CPU of the server, s per 1,000", ({ server }) => (server.cpuSeconds * 1000).toFixed(2)],
    ["CPU of Postgres, s per 1,000", ({ postgres }) => (postgres.cpuSeconds * 1000).toFixed(2)],
    ["requests to Postgres a second", ({ requestsPerSecond }) => requestsPerSecond.toFixed(1)],
    [
      "kB to Postgres; from Postgres, per delivery",
      ({ toPostgres, fromPostgres }) => `${(toPostgres / 1000).toFixed(1)}; ${(fromPostgres / 1000).toFixed(2)}`,
    ],
    [
      "WAL per delivery just after a checkpoint, kB",
      ({ walAfterCheckpoint }) => (walAfterCheckpoint / 1000).toFixed(1),
    ],
    ["WAL per delivery later, kB", ({ walLater }) => (walLater / 1000).toFixed(1)],
  ];
  const most = (of: (quiet: Quiet) => number): number => Math.max(of(one), of(sixteen));
  const text = `\`npm run bench -- quiet\` sends ${PER_SECOND} new alerts a second at fixed times, for ${SECONDS} s each to one integration and to sixteen. CPU is that of
workerd and of all processes of PostgreSQL. The time until an alert is visible ends with the commit of its transaction. A checkpoint
precedes each run: after it, PostgreSQL logs the first change of a page as the whole page.

${machine()}

${table(
  ["", "one integration", "sixteen"],
  rows.map(([name, value]) => [name, value(one), value(sixteen)]),
)}

${goalTable([
  { what: "CPU of the server, s per 1,000", measured: most(({ server }) => server.cpuSeconds * 1000), most: 2.5 },
  { what: "CPU of Postgres, s per 1,000", measured: most(({ postgres }) => postgres.cpuSeconds * 1000), most: 1.5 },
  { what: "WAL per delivery later, kB", measured: most(({ walLater }) => walLater / 1000), most: 12 },
])}`;
  console.log(text);
  writeSection("Fifty a second", text);
}
