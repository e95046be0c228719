/**
 * `npm run bench:many`: two thousand integrations with one delivery a minute each, and the same after an outage of the database. Writes the
 * section "Many integrations" of docs/benchmarks.md.
 */
import { controlPlaneFailed } from "../neon/errors.ts";
import { option } from "./options.ts";
import { type Paced, percentile, sendPaced } from "./paced.ts";
import { type Goal, goalTable, machine, median, table, writeSection } from "./report.ts";
import { mark, stored, type Visibility, visibility } from "./stored.ts";
import { type System, withSystem } from "./system.ts";
import type { Integration } from "./tocsin.ts";
import { memoryOf } from "./usage.ts";
import { run } from "../run.ts";

const INTEGRATIONS = option("integrations", 2000);
/** Each integration delivers once in this time. */
const PERIOD_SECONDS = option("period", 60);
const PER_SECOND = INTEGRATIONS / PERIOD_SECONDS;
const SECONDS = option("seconds", 180);
const OUTAGE_SECONDS = option("outage", 300);
/** The load continues for this time after the outage. */
const AFTER_SECONDS = option("after", 120);
const CREATED_AT_ONCE = 8;
const SAMPLE_MS = 1000;
/** Deliveries that wait for less than this time are no backlog. */
const USUAL_WAIT_SECONDS = 2;

/** The state once a second. */
interface Sample {
  /** Seconds since the start. */
  at: number;
  /** Answered, but not yet in Postgres. */
  waiting: number;
  /** Requests to the endpoint since the sample before, a second. */
  requestsPerSecond: number;
  memory: number;
}

interface Phase {
  paced: Paced;
  visible: Visibility;
  samples: Sample[];
}

await run(() =>
  withSystem(async (system) => {
    console.log(`Creating ${INTEGRATIONS.toLocaleString("en")} integrations …`);
    const targets = await createIntegrations(system);
    console.log(`${PER_SECOND.toFixed(1)} deliveries a second for ${SECONDS} s …`);
    const usual = await load(system, targets, "usual", SECONDS);
    console.log(`An outage of ${OUTAGE_SECONDS} s …`);
    system.endpoint.fail(controlPlaneFailed());
    const recovery = setTimeout(() => system.endpoint.fail(null), OUTAGE_SECONDS * 1000);
    const outage = await load(system, targets, "outage", OUTAGE_SECONDS + AFTER_SECONDS);
    clearTimeout(recovery);
    report(usual, outage);
  }),
);

async function createIntegrations({ service }: System): Promise<Integration[]> {
  const targets: Integration[] = [];
  await Promise.all(
    Array.from({ length: CREATED_AT_ONCE }, async (_, first) => {
      for (let number = first; number < INTEGRATIONS; number += CREATED_AT_ONCE) {
        targets[number] = await service.integration();
      }
    }),
  );
  return targets;
}

async function load(system: System, targets: readonly Integration[], series: string, seconds: number): Promise<Phase> {
  const start = await mark(system);
  const startedAt = performance.now();
  const samples: Sample[] = [];
  let accepted = 0;
  let requests = system.endpoint.counters().requests;
  const sample = async (): Promise<void> => {
    const answered = accepted;
    const { deliveries } = await mark(system);
    const now = system.endpoint.counters().requests;
    const at = (performance.now() - startedAt) / 1000;
    samples.push({
      at,
      waiting: Math.max(0, answered - (deliveries - start.deliveries)),
      requestsPerSecond: (now - requests) / (at - (samples.at(-1)?.at ?? 0)),
      memory: memoryOf(system.service.workerd.pid).now,
    });
    requests = now;
  };
  const sampling = setInterval(() => void sample(), SAMPLE_MS);
  const paced = await sendPaced(system.service.port, targets, {
    perSecond: PER_SECOND,
    seconds,
    series,
    onAccepted: () => accepted++,
  });
  const end = await mark(system);
  await stored(system, start, accepted);
  clearInterval(sampling);
  return { paced, visible: await visibility(system, start.at, end.at), samples };
}

/** Seconds from the end of the outage until no more waits than usual. */
function recoverySeconds({ samples }: Phase): number {
  const backlog = samples.findLast(({ waiting }) => waiting > PER_SECOND * USUAL_WAIT_SECONDS);
  return Math.max(0, (backlog?.at ?? 0) - OUTAGE_SECONDS);
}

function valuesOf(samples: readonly Sample[], field: keyof Sample): number[] {
  return samples.map((sample) => sample[field]);
}

/** The statuses of failed answers, such as ` (503: 2; none: 1)`. */
function describeFailures({ failures }: Paced): string {
  const parts = [...failures].map(([status, count]) => `${status === 0 ? "none" : status}: ${count}`);
  return parts.length === 0 ? "" : ` (${parts.join("; ")})`;
}

function report(usual: Phase, outage: Phase): void {
  const most = (samples: readonly Sample[], field: keyof Sample) => Math.max(...valuesOf(samples, field));
  const during = outage.samples.filter(({ at }) => at <= OUTAGE_SECONDS);
  const after = outage.samples.filter(({ at }) => at > OUTAGE_SECONDS);
  const column = (samples: readonly Sample[]): string[] => [
    `${median(valuesOf(samples, "requestsPerSecond")).toFixed(1)}; ${most(samples, "requestsPerSecond").toFixed(1)}`,
    `${median(valuesOf(samples, "waiting")).toFixed(0)}; ${most(samples, "waiting").toLocaleString("en")}`,
    (most(samples, "memory") / 1e6).toFixed(0),
  ];
  const columns = [usual.samples, during, after].map(column);
  const names = [
    "requests to Postgres a second: median; most",
    "answered but not in Postgres: median; most",
    "memory of the server, MB",
  ];
  const answers = ({ paced }: Phase): string =>
    `${paced.accepted.toLocaleString("en")} answered in ${percentile(paced.latencies, 0.5).toFixed(0)} ms (99th percentile ${percentile(paced.latencies, 0.99).toFixed(0)} ms), ${paced.failed} failed${describeFailures(paced)}`;
  const text = `\`npm run bench:many\` runs ${INTEGRATIONS.toLocaleString("en")} integrations, each with one new alert every ${PERIOD_SECONDS} s, together ${PER_SECOND.toFixed(1)} a second: for ${SECONDS} s, then
through an outage of the database of ${OUTAGE_SECONDS} s, and ${AFTER_SECONDS} s afterwards.

${machine()}

${table(
  ["", "usual", "in the outage", "after it"],
  names.map((name, row) => [name, ...columns.map((cells) => cells[row] ?? "")]),
)}

Usual: ${answers(usual)}; visible in Postgres after ${usual.visible.p50.toFixed(0)} ms (99th percentile ${usual.visible.p99.toFixed(0)} ms). With the outage: ${answers(outage)}.
The backlog was gone ${recoverySeconds(outage).toFixed(0)} s after the outage.

${goalTable([
  // At 10,000 integrations, Neon shall see at most 20 requests a second.
  {
    what: "requests to Postgres a second, usual",
    measured: median(valuesOf(usual.samples, "requestsPerSecond")),
    most: 20,
  },
  { what: "requests to Postgres a second, most after the outage", measured: most(after, "requestsPerSecond") },
  { what: "99th percentile until visible, s", measured: usual.visible.p99 / 1000, most: 2 },
  { what: "failed answers", measured: usual.paced.failed + outage.paced.failed, most: 0 },
] satisfies Goal[])}`;
  console.log(text);
  writeSection("Many integrations", text);
}
