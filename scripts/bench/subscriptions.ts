/**
 * `npm run bench -- subscriptions`: measures the delay from a timeline entry to its message, the messages a second, and the cost to ingest. The
 * deployable bundle under bare workerd, a real PostgreSQL, and an endpoint that answers at once. Writes docs/benchmarks.md.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { machine, median, table, writeSection } from "./report.ts";
import { type Target, sendSigned } from "../faults/load.ts";
import { startSystem, type System } from "../faults/system.ts";
import { run } from "../run.ts";
import { buildBundle } from "../workerd.ts";

const SINGLE = 200;
const MANY = 2000;
const SENDERS = 32;
const ROUNDS = 3;

/** Number of deliveries sent. */
let number = 0;

await run(async () => {
  const directory = mkdtempSync(path.join(tmpdir(), "tocsin-bench-"));
  const bundle = buildBundle(directory);
  const system = await startSystem(bundle, bundle);
  try {
    const [target] = await system.newTargets(1);
    if (!target) return;
    const [{ id }] = (await system.api<{ data: [{ id: string }] }>("GET", "/v1/subscriptions")).data;
    await send(system, target, MANY);
    const delays = await measureDelays(system, target);
    const rounds = [];
    for (let round = 0; round < ROUNDS; round++) rounds.push(await measureRound(system, target, id));
    report(delays, rounds);
  } finally {
    await system.close();
    rmSync(directory, { recursive: true, force: true });
  }
});

/** Sends deliveries that each open an alert. @returns the time in ms */
async function send(system: System, target: Target, count: number, senders = SENDERS): Promise<number> {
  const startedAt = performance.now();
  let left = count;
  await Promise.all(
    Array.from({ length: senders }, async () => {
      while (left-- > 0)
        await sendSigned(system.urls()[0] ?? "", target, JSON.stringify({ id: `k${number++}`, title: "T" }));
    }),
  );
  return performance.now() - startedAt;
}

async function hearing(system: System, count: number): Promise<void> {
  while (system.subscriber.count() < count) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** Times from the reply to a source until the message at the endpoint, in ms, without other load. */
async function measureDelays(system: System, target: Target): Promise<number[]> {
  await hearing(system, number);
  const delays: number[] = [];
  for (let single = 0; single < SINGLE; single++) {
    // Longer than the debounce of a subscription.
    await new Promise((resolve) => setTimeout(resolve, 150));
    await send(system, target, 1, 1);
    const answeredAt = performance.now();
    await hearing(system, number);
    delays.push(performance.now() - answeredAt);
  }
  return delays.toSorted((a, b) => a - b);
}

interface Round {
  /** Times in ms to send deliveries with and without a subscription, and until the last message. */
  withSubscription: number;
  without: number;
  deliveredAfter: number;
}

async function measureRound(system: System, target: Target, id: string): Promise<Round> {
  const before = system.subscriber.count();
  const startedAt = performance.now();
  const withSubscription = await send(system, target, MANY);
  await hearing(system, before + MANY);
  const deliveredAfter = performance.now() - startedAt;
  await system.api("PATCH", `/v1/subscriptions/${id}`, { isEnabled: false });
  const without = await send(system, target, MANY);
  while ((await system.outboxOf(target)).rows > 0) await new Promise((resolve) => setTimeout(resolve, 10));
  await system.api("PATCH", `/v1/subscriptions/${id}`, { isEnabled: true });
  await hearing(system, before + 2 * MANY);
  return { withSubscription, without, deliveredAfter };
}

function report(delays: readonly number[], rounds: readonly Round[]): void {
  const perSecond = (ms: number) => Math.round((MANY / ms) * 1000).toLocaleString("en");
  const middle = (pick: (round: Round) => number) => median(rounds.map(pick));
  const at = (share: number) => (delays[Math.floor(delays.length * share)] ?? Number.NaN).toFixed(0);
  const text = [
    `\`npm run bench -- subscriptions\` sends deliveries that each open an alert over ${SENDERS} connections, with an endpoint on the same machine`,
    `that answers at once. Medians of ${ROUNDS} rounds of ${MANY.toLocaleString("en")}. Everything shares two cores, so only the ratio is meaningful.`,
    "",
    machine(),
    "",
    table(
      ["what", "measured"],
      [
        ["deliveries a second without a subscription", perSecond(middle(({ without }) => without))],
        ["deliveries a second with a subscription", perSecond(middle(({ withSubscription }) => withSubscription))],
        ["ratio", middle(({ without, withSubscription }) => without / withSubscription).toFixed(2)],
        ["messages a second", perSecond(middle(({ deliveredAfter }) => deliveredAfter))],
        ["from the reply to the message without other load: ms, median", at(0.5)],
        ["the same, 99th percentile", at(0.99)],
      ],
    ),
    "",
    "An accepted message writes 0.01 rows in its object: the cursor moves once a page of 100. A failing message writes three: it is stored,",
    "rescheduled, and deleted (`test/objects/subscription/scheduler.worker.test.ts`).",
  ].join("\n");
  console.log(text);
  writeSection("Subscriptions", text);
}
