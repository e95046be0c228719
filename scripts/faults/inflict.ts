/** A fault, so many times, and what was found. */
import { check, type Findings } from "./check.ts";
import type { Fault } from "./faults.ts";
import { random, startLoad, type Target } from "./load.ts";
import { changesOf, compareTaken } from "./subscriber.ts";
import type { World } from "./world.ts";
import { Failure } from "../run.ts";

/** After a fault everything must get through within this. */
const PATIENCE_MS = 180_000;

/** What was found of a fault. */
export interface Line extends Findings {
  fault: string;
  runs: number;
  refused: number;
  quarantined: number;
}

/** Inflicts a fault so many times, each with a seed of its own, and says what became of what was acknowledged. */
export async function inflictAll(world: World, fault: Fault, runs: number, seed: number): Promise<Line> {
  const total: Line = {
    fault: fault.name,
    runs,
    refused: 0,
    quarantined: 0,
    acknowledged: 0,
    lost: [],
    doubled: [],
    wrong: [],
  };
  for (let number = 0; number < runs; number++) {
    const line = await inflictOnce(world, fault, seed + number);
    total.acknowledged += line.acknowledged;
    total.refused += line.refused;
    total.quarantined += line.quarantined;
    for (const kind of ["lost", "doubled", "wrong"] as const) total[kind].push(...line[kind]);
  }
  return total;
}

async function inflictOnce(world: World, fault: Fault, runSeed: number) {
  const targets = await world.newTargets(3);
  const isByAlert = fault.changesShards === true;
  const load = startLoad(targets, world.urls, runSeed, { isSingle: isByAlert });
  try {
    await fault.inflict(world, load, random(runSeed));
  } finally {
    await load.stop();
  }
  const quarantined = await emptied(world, targets, runSeed);
  const findings = await world.withClient((client) => check(client, targets, load, isByAlert));
  const told = await heardOut(world, targets, !isByAlert);
  findings.lost.push(...told.lost);
  findings.wrong.push(...told.wrong);
  return { ...findings, refused: load.refused, quarantined };
}

/** Waits until the subscriber was told of every change, and compares. */
export async function heardOut(world: World, targets: readonly Target[], isOrdered: boolean) {
  const changes = await world.withClient((client) => changesOf(client, targets));
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = compareTaken(changes, world.subscriber, isOrdered);
    if (found.lost.length === 0 || Date.now() > deadline) return found;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** Waits until Postgres has everything, also what it refused at first. Returns how much that was. */
export async function emptied(world: World, targets: readonly Target[], seed: number): Promise<number> {
  const deadline = Date.now() + PATIENCE_MS;
  let quarantined = 0;
  for (const target of targets) {
    for (;;) {
      if (Date.now() > deadline) throw new Failure(`The outbox of ${target.id} does not empty: seed ${seed}`);
      // An object that broke with its storage answers again a moment later.
      const outbox = await world.outboxOf(target).catch(() => null);
      if (outbox?.rows === 0 && outbox.quarantined === 0) break;
      if (outbox?.rows === 0 && outbox.quarantined > 0) {
        quarantined += outbox.quarantined;
        await world.api("POST", `/v1/integrations/${target.id}/quarantine/retry`, {});
      }
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
  return quarantined;
}
