/** The type of a fault, and the conditions that faults wait for. */
import { Failure } from "../run.ts";
import type { Load } from "./load.ts";
import type { System } from "./system.ts";

export interface Fault {
  name: string;
  /** Whether the number of shards changes: the load sends single events, and order holds per alert only. */
  changesShards?: true;
  /** Whether Postgres rejects rows for their data: nothing else may be quarantined. */
  quarantines?: true;
  /** Number of runs in the long and in the short form. */
  runs: { whole: number; short: number };
  /** Causes the fault once, and ends it. */
  inflict(system: System, load: Load, chance: () => number): Promise<void>;
}

/** Longer than the timeouts of calls and the pauses after failures. */
const TIME_LIMIT_MS = 150_000;

export const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits for a condition. @throws Failure when it does not come true in time @param what for the error: "3 replies" */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + TIME_LIMIT_MS;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Failure(`Timed out waiting for ${what}.`);
    await wait(10);
  }
}

/** Waits for this many more acknowledged requests. */
export async function untilAnswered(load: Load, count: number): Promise<void> {
  const replies = () => load.sent.reduce((sum, { replies: { length } }) => sum + length, 0);
  const target = replies() + count;
  await until(`${count} more acknowledged deliveries`, () => replies() >= target);
}

/** The integrations that the load sends to. */
export const targetsOf = ({ sent }: Load) => [...new Set(sent.map(({ target }) => target))];

/** Waits until Postgres has everything that was acknowledged. Pause the load before. */
export const untilFlushed = (system: System, load: Load): Promise<void> =>
  until("empty outboxes", async () => {
    const outboxes = await Promise.all(targetsOf(load).map((target) => system.outboxOf(target).catch(() => null)));
    return outboxes.every((outbox) => outbox?.rows === 0);
  });
