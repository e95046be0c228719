/**
 * `npm run bench:idle`: counts the requests to Postgres of an idle deployment, with and without open consoles, and with ten alerts a second.
 * The clock is advanced, and every alarm and the cron trigger run when they are due. Writes the section "Idle" of docs/benchmarks.md.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { openConsoles } from "./consoles.ts";
import { option } from "./options.ts";
import { sendPaced } from "./paced.ts";
import { goalTable, machine, table, writeSection } from "./report.ts";
import { type System, withSystem } from "./system.ts";
import type { Integration } from "./tocsin.ts";
import { serveSubscriber } from "../lib/subscriber.ts";
import { Failure, run } from "../run.ts";

const INTEGRATIONS = option("integrations", 20);
const CONSOLES = option("consoles", 50);
const BUSY_PER_SECOND = 10;
const BUSY_SECONDS = option("seconds", 30);
/** The work after the last delivery must end within this time. */
const SETTLE_MS = option("settle", 5000);

const MINUTE_MS = 60_000;

interface Idle {
  requests: number;
  alarms: number;
}

await run(() =>
  withSystem(
    async (system) => {
      const targets = await Promise.all(Array.from({ length: INTEGRATIONS }, () => system.service.integration()));
      const { hour, day } = await withoutConsoles(system, targets);
      const alone = await measureBusy(system, targets, "alone");
      const consoles = await openConsoles(system.service, CONSOLES);
      const watched = await measureBusy(system, targets, "watched");
      const messages = consoles.messages() / CONSOLES;
      const subscriber = await serveSubscriber();
      await system.service.api("POST", "/v1/subscriptions", { name: "bench", url: `${subscriber.url}/bench` });
      const subscribed = await measureBusy(system, targets, "subscribed");
      const watchedHour = await pass(system, 60);
      if (consoles.open() < CONSOLES) throw new Failure(`${CONSOLES - consoles.open()} sockets were closed.`);
      consoles.close();
      await subscriber.close();
      report({ hour, day, watchedHour, alone, watched, subscribed, messages });
    },
    { hasHarness: true },
  ),
);

async function withoutConsoles(system: System, targets: readonly Integration[]): Promise<{ hour: Idle; day: Idle }> {
  await sendPaced(system.service.port, targets, { perSecond: 20, seconds: 3, series: "before" });
  await settle(system, targets);
  return { hour: await pass(system, 60), day: await pass(system, 24 * 60, dailyRuns()) };
}

/** The requests to Postgres a second while alerts arrive. */
async function measureBusy(system: System, targets: readonly Integration[], series: string): Promise<number> {
  const before = system.endpoint.counters().requests;
  await sendPaced(system.service.port, targets, { perSecond: BUSY_PER_SECOND, seconds: BUSY_SECONDS, series });
  const perSecond = (system.endpoint.counters().requests - before) / BUSY_SECONDS;
  await settle(system, targets);
  return perSecond;
}

/** Waits until the work that follows the last delivery has ended. */
async function settle({ service }: System, targets: readonly Integration[]): Promise<void> {
  await service.drained(targets);
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
}

/** Lets time pass in steps of a minute. @param cronsAt the minutes at which the cron trigger runs */
async function pass({ service, endpoint }: System, minutes: number, cronsAt: readonly number[] = []): Promise<Idle> {
  const harness = async (command: string) =>
    (await (await fetch(`http://127.0.0.1:${service.port}/__bench/${command}`)).json()) as number;
  const before = endpoint.counters().requests;
  let alarms = 0;
  for (let minute = 0; minute < minutes; minute++) {
    alarms += await harness(`advance?ms=${MINUTE_MS}`);
    if (cronsAt.includes(minute)) await harness("cron");
  }
  return { requests: endpoint.counters().requests - before, alarms };
}

/** The minutes of a day at which wrangler.toml runs the cron trigger. */
function dailyRuns(): number[] {
  const text = readFileSync(path.join(import.meta.dirname, "..", "..", "wrangler.toml"), "utf8");
  const crons = /^crons = \[(.*)\]$/m.exec(text)?.[1] ?? "";
  return [...crons.matchAll(/"([^"]+)"/g)].map(([, cron = ""]) => {
    const [minute, hour] = cron.split(" ").map(Number);
    if (!Number.isInteger(minute) || !Number.isInteger(hour)) throw new Failure(`${cron} does not run once a day.`);
    return (hour ?? 0) * 60 + (minute ?? 0);
  });
}

interface Results {
  hour: Idle;
  day: Idle;
  watchedHour: Idle;
  /** Requests a second while alerts arrive: without readers, with consoles, and with a subscription as well. */
  alone: number;
  watched: number;
  subscribed: number;
  /** For each console. */
  messages: number;
}

function report({ hour, day, watchedHour, alone, watched, subscribed, messages }: Results): void {
  const text = `\`npm run bench:idle\` counts the HTTP requests to the database of a deployment with ${INTEGRATIONS} integrations. Its clock is advanced minute by
minute; every alarm that is due runs, and so does the cron trigger. A console is a session with an open WebSocket to
\`/v1/timeline/stream\`.

${machine()}

${table(
  ["without traffic", "requests to Postgres", "alarms that ran"],
  [
    ["an hour", String(hour.requests), String(hour.alarms)],
    ["a day, with the daily run", String(day.requests), String(day.alarms)],
    [
      `an hour with ${CONSOLES} open consoles and a subscription`,
      String(watchedHour.requests),
      String(watchedHour.alarms),
    ],
  ],
)}

${table(
  [`with ${BUSY_PER_SECOND} alerts a second`, "requests to Postgres a second"],
  [
    ["no readers", alone.toFixed(1)],
    [`${CONSOLES} open consoles`, watched.toFixed(1)],
    [`${CONSOLES} open consoles and a subscription`, subscribed.toFixed(1)],
  ],
)}

Each console received ${messages.toFixed(0)} messages for ${BUSY_PER_SECOND * BUSY_SECONDS} alerts.

${goalTable([
  { what: "requests in an idle hour", measured: hour.requests, most: 0 },
  { what: `requests in an idle hour with ${CONSOLES} consoles`, measured: watchedHour.requests, most: 0 },
  {
    what: `requests a second with ${BUSY_PER_SECOND} alerts a second and ${CONSOLES} consoles`,
    measured: watched,
    most: 5,
  },
])}`;
  console.log(text);
  writeSection("Idle", text);
}
