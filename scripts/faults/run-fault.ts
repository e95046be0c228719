/** Runs a fault under load, several times, and collects the findings. */
import { compareWithDatabase, type Findings } from "./compare.ts";
import type { Fault } from "./fault.ts";
import { random, startLoad, type Target } from "./load.ts";
import { timelineOf, compareMessages } from "./subscriber.ts";
import type { System } from "./system.ts";
import { Failure } from "../run.ts";

/** Time limit for everything to reach Postgres and the subscriber after a fault. */
const RECOVERY_TIMEOUT_MS = 180_000;

/** The result of all runs of a fault. */
export interface Line extends Findings {
  fault: string;
  runs: number;
  rejected: number;
  quarantined: number;
}

/**
 * Runs a fault several times, each time with its own seed.
 * @param recoveryMs how long Postgres and the subscriber may take to have everything afterwards
 */
export async function runFault(
  system: System,
  fault: Fault,
  runs: number,
  seed: number,
  recoveryMs = RECOVERY_TIMEOUT_MS,
): Promise<Line> {
  const total: Line = {
    fault: fault.name,
    runs,
    rejected: 0,
    quarantined: 0,
    acknowledged: 0,
    lost: [],
    doubled: [],
    wrong: [],
  };
  for (let number = 0; number < runs; number++) {
    const line = await runFaultOnce(system, fault, seed + number, recoveryMs);
    total.acknowledged += line.acknowledged;
    total.rejected += line.rejected;
    total.quarantined += line.quarantined;
    for (const kind of ["lost", "doubled", "wrong"] as const) total[kind].push(...line[kind]);
  }
  return total;
}

async function runFaultOnce(system: System, fault: Fault, runSeed: number, recoveryMs: number) {
  const targets = await system.newTargets(3);
  const isByAlert = fault.changesShards === true;
  const load = startLoad(targets, system.urls, runSeed, { isSingle: isByAlert });
  try {
    await fault.inflict(system, load, random(runSeed));
  } finally {
    await load.stop();
  }
  const quarantined = await awaitFlush(system, targets, runSeed, recoveryMs);
  const findings = await system.withClient((client) => compareWithDatabase(client, targets, load, isByAlert));
  const messages = await awaitMessages(system, targets, !isByAlert, recoveryMs);
  findings.lost.push(...messages.lost);
  findings.wrong.push(...messages.wrong);
  if (quarantined > 0 && !fault.quarantines) findings.wrong.push(`${quarantined} rows were quarantined`);
  return { ...findings, rejected: load.rejected, quarantined };
}

/** Waits until the subscriber has a message of every timeline entry, and compares. */
async function awaitMessages(system: System, targets: readonly Target[], isOrdered: boolean, recoveryMs: number) {
  const entries = await system.withClient((client) => timelineOf(client, targets));
  const deadline = Date.now() + recoveryMs;
  for (;;) {
    const found = compareMessages(entries, system.subscriber, isOrdered);
    if (found.lost.length === 0 || Date.now() > deadline) return found;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** Waits until Postgres has everything. Retries quarantined rows, and returns how many there were. */
async function awaitFlush(
  system: System,
  targets: readonly Target[],
  seed: number,
  recoveryMs: number,
): Promise<number> {
  const deadline = Date.now() + recoveryMs;
  let quarantined = 0;
  for (const target of targets) {
    for (;;) {
      if (Date.now() > deadline) throw new Failure(`The outbox of ${target.id} does not become empty. Seed ${seed}`);
      // An object whose storage failed restarts, and answers a moment later.
      const outbox = await system.outboxOf(target).catch(() => null);
      if (outbox?.rows === 0 && outbox.quarantined === 0) break;
      if (outbox?.rows === 0 && outbox.quarantined > 0) {
        quarantined += outbox.quarantined;
        await system.api("POST", `/v1/integrations/${target.id}/quarantine/retry`, {});
      }
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
  return quarantined;
}
