/**
 * Runs jobs step by step: the first steps of all jobs in one batch, so that a run without work costs one request; each further step in a
 * batch of its own, with a pause after it. Knows no job.
 */
import type { BatchResponse } from "drizzle-orm/batch";
import { sql } from "drizzle-orm";
import { sleep } from "../lib/pause.ts";
import { MINUTE } from "../lib/time.ts";
import { describeError } from "./errors.ts";
import { type Database, type DatabaseSettings, type Statement, withConnection } from "./client.ts";

/** One step of a job. */
export interface Step {
  /** The job, for counts and errors. */
  job: string;
  statements(db: Database): Statement[];
  /** @param results of the statements, in their order */
  finish(results: unknown[]): StepResult | Promise<StepResult>;
}

export interface StepResult {
  /** Number of rows, configs or subscriptions that the step processed. */
  count: number;
  /** Null: the job has no work left. */
  next: Step | null;
}

/** The result of a run, by job. */
export interface RunResult {
  counts: Record<string, number>;
  /** Error texts without data of requests. */
  errors: Record<string, string>;
  /** Jobs with work left. */
  left: string[];
}

/** Makes a step whose results have the types of its statements. */
export const step = <S extends readonly [Statement, ...Statement[]]>(
  job: string,
  statements: (db: Database) => S,
  finish: (results: BatchResponse<S>) => StepResult | Promise<StepResult>,
): Step => ({
  job,
  statements: (db) => [...statements(db)],
  finish: (results) => finish(results as BatchResponse<S>),
});

/** A cron trigger may run for 15 minutes: https://developers.cloudflare.com/workers/platform/limits/#duration */
export const MAX_RUN_MS = 12 * MINUTE;

/** Less than the timeout of the HTTP request. */
const SET_TIMEOUT = sql`set local statement_timeout = '10s'`;

/** At the start of a run, the pause after a step lasts this multiple of the step. It shrinks to none until the end of the run. */
const PAUSE_FACTOR = 9;

/**
 * Runs the first steps of jobs, and their next ones in turns while there is work. A job that fails ends, and does not stop the others.
 * Never rejects.
 * @param maxMs no further round of steps starts after this time
 */
export async function runSteps(env: DatabaseSettings, first: readonly Step[], maxMs: number): Promise<RunResult> {
  const startedAt = Date.now();
  const result: RunResult = { counts: {}, errors: {}, left: [] };
  for (const { job } of first) result.counts[job] = 0;
  let steps = await runRound(env, [first], result);
  while (steps.length > 0 && Date.now() - startedAt < maxMs) {
    const pauseFactor = PAUSE_FACTOR * (1 - (Date.now() - startedAt) / maxMs);
    steps = await runRound(env, alone(steps), result, pauseFactor);
  }
  result.left = steps.map(({ job }) => job);
  return result;
}

/** Runs each group of steps in one batch. @param pauseFactor see PAUSE_FACTOR @returns the next steps */
async function runRound(
  env: DatabaseSettings,
  groups: readonly (readonly Step[])[],
  result: RunResult,
  pauseFactor = 0,
): Promise<Step[]> {
  const next: Step[] = [];
  for (const group of groups) next.push(...(await runGroup(env, group, result, pauseFactor)));
  return next;
}

async function runGroup(
  env: DatabaseSettings,
  steps: readonly Step[],
  result: RunResult,
  pauseFactor: number,
): Promise<Step[]> {
  const startedAt = Date.now();
  let answers: unknown[][];
  try {
    answers = await runBatch(env, steps);
    await sleep((Date.now() - startedAt) * pauseFactor);
  } catch (error) {
    // One failed statement rolls the whole batch back.
    if (steps.length > 1) return runRound(env, alone(steps), result);
    for (const { job } of steps) result.errors[job] = describeError(error);
    return [];
  }
  const next = await Promise.all(
    steps.map(async ({ job, finish }, index) => {
      try {
        const done = await finish(answers[index] ?? []);
        result.counts[job] = (result.counts[job] ?? 0) + done.count;
        return done.next ?? [];
      } catch (error) {
        result.errors[job] = describeError(error);
        return [];
      }
    }),
  );
  return next.flat();
}

const alone = (steps: readonly Step[]): Step[][] => steps.map((one) => [one]);

/** Runs steps in one transaction. @returns the results of the statements of each step */
async function runBatch(env: DatabaseSettings, steps: readonly Step[]): Promise<unknown[][]> {
  return withConnection(env, async (db) => {
    const statements = steps.map((one) => one.statements(db));
    const [, ...results] = await db.batch([db.execute(SET_TIMEOUT), ...statements.flat()]);
    return statements.map((own) => results.splice(0, own.length));
  });
}
