/**
 * `npm run bench -- rows`: counts the rows that objects write per delivery, which Cloudflare bills: when busy, when quiet, and for duplicates,
 * until everything is forgotten again. Writes the section "Rows written" of docs/benchmarks.md. Needs wrk.
 */
import path from "node:path";
import { type Target, wrk, writeRequests } from "./load.ts";
import { option } from "./options.ts";
import { sendPaced } from "./paced.ts";
import { goalTable, machine, table, writeSection } from "./report.ts";
import { type System, withSystem } from "./system.ts";
import { run } from "../run.ts";

/** Each cycle sends deliveries, and then lets two days pass, in which their dedup keys and alerts are forgotten. */
const CYCLES = option("cycles", 3);
const BUSY_SECONDS = option("seconds", 3);
const QUIET_PER_SECOND = 4;
const QUIET_COUNT = option("quiet", 60);
const HOURS = 48;

type Rows = Record<string, number>;

/** @returns the number of deliveries that were answered */
type Send = (cycle: number) => Promise<number>;

await run(() =>
  withSystem(
    async (system) => {
      const [busy, quiet, repeated] = await Promise.all([1, 2, 3].map(() => system.service.integration()));
      if (!busy || !quiet || !repeated) throw new Error("no integration");
      report({
        busy: await measure(system, (cycle) => sendBusy(system, busy, `busy${cycle}`)),
        quiet: await measure(system, (cycle) => sendQuiet(system, quiet, `quiet${cycle}`)),
        "duplicates, busy": await measure(system, (cycle) => sendBusy(system, repeated, `same${cycle}`, true)),
      });
    },
    { hasHarness: true },
  ),
);

async function sendBusy({ directory, service }: System, target: Target, series: string, isRepeated = false) {
  const file = path.join(directory, series);
  writeRequests(file, isRepeated ? 1 : BUSY_SECONDS * 4000, [target], series, { isRepeated, resolvedAfter: 500 });
  const { requests, notSuccessful } = await wrk(service.port, file, BUSY_SECONDS, 64);
  return requests - notSuccessful;
}

async function sendQuiet({ service }: System, target: Target, series: string): Promise<number> {
  const seconds = QUIET_COUNT / QUIET_PER_SECOND;
  const pace = { perSecond: QUIET_PER_SECOND, seconds, series, resolvedAfter: QUIET_COUNT / 2 };
  return (await sendPaced(service.port, [target], pace)).accepted;
}

/** Rows per delivery by table, over whole cycles. The first one, which forgets nothing, is not counted. */
async function measure(system: System, send: Send): Promise<Rows> {
  await runCycle(system, send, 0);
  const before = await rowsOf(system);
  let deliveries = 0;
  for (let number = 1; number <= CYCLES; number++) deliveries += await runCycle(system, send, number);
  const after = await rowsOf(system);
  return Object.fromEntries(
    Object.entries(after)
      .map(([name, rows]) => [name, (rows - (before[name] ?? 0)) / deliveries] as const)
      .filter(([, each]) => each > 0),
  );
}

/** @returns the number of deliveries that were stored: wrk does not count those under way at its end */
async function runCycle(system: System, send: Send, number: number): Promise<number> {
  const answered = await send(number);
  let stored = 0;
  while (stored < answered) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    stored = await storedCount(system);
  }
  await system.sql("delete from webhook_deliveries");
  for (let hour = 0; hour < HOURS; hour++) await harness(system, "advance?ms=3600000");
  return stored;
}

async function storedCount({ sql }: System): Promise<number> {
  const [row] = await sql<{ count: number }>("select count(*)::int as count from webhook_deliveries");
  return row?.count ?? 0;
}

function rowsOf(system: System): Promise<Rows> {
  return harness(system, "rows");
}

async function harness<Answer>({ service }: System, command: string): Promise<Answer> {
  return (await (await fetch(`http://127.0.0.1:${service.port}/__bench/${command}`)).json()) as Answer;
}

function report(cases: Record<"busy" | "quiet" | "duplicates, busy", Rows>): void {
  const names = Object.keys(cases) as (keyof typeof cases)[];
  const tables = [...new Set(names.flatMap((name) => Object.keys(cases[name])))].toSorted();
  const total = (rows: Rows): number => Object.values(rows).reduce((sum, each) => sum + each, 0);
  const text = `\`npm run bench -- rows\` counts the rows that the object of an integration writes, as Cloudflare bills them (an alarm is a row), over ${CYCLES} cycles of
deliveries followed by two days, in which everything is forgotten. Busy: 64 connections, half of the deliveries open an alert and half
resolve one. Quiet: ${QUIET_PER_SECOND} a second, each a call and a flush of its own.

${machine()}

${table(
  ["rows per delivery", ...names],
  [
    ...tables.map((name) => [`\`${name}\``, ...names.map((of) => (cases[of][name] ?? 0).toFixed(2))]),
    ["together", ...names.map((of) => total(cases[of]).toFixed(2))],
  ],
)}

${goalTable([
  { what: "busy", measured: total(cases.busy), most: 3 },
  { what: "quiet", measured: total(cases.quiet), most: 6 },
])}`;
  console.log(text);
  writeSection("Rows written", text);
}
