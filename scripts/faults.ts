/**
 * `npm run test:faults`: sends deliveries while something fails, and compares every reply with Postgres. Prints a table, and fails if
 * anything is lost, doubled or wrong. Options: `--short` (CI), `--only=<part of a name>`, `--seed=<n>`, `--kills=<n>`,
 * `--bundle=<file>` (another version to run beside this one). `--mutations`: removes one mechanism at a time, and fails if the harness
 * does not notice. Needs Linux: prlimit makes the disk full.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { table } from "./bench/report.ts";
import type { Fault } from "./faults/fault.ts";
import { FAULTS } from "./faults/faults.ts";
import { runFault, type Line } from "./faults/run-fault.ts";
import { findMutation, MUTATIONS } from "./faults/mutations.ts";
import { startSystem } from "./faults/system.ts";
import { Failure, run } from "./run.ts";
import { buildBundle } from "./workerd.ts";

const option = (name: string): string | undefined =>
  process.argv.find((argument) => argument.startsWith(`--${name}=`))?.slice(name.length + 3);
const isShort = process.argv.includes("--short");
const seed = Number(option("seed") ?? Math.floor(Math.random() * 1_000_000));
const only = option("only") ?? "";

/** Faults run on several systems side by side: most of the time is waiting. */
const SYSTEMS = 3;

await run(async () => {
  const directory = mkdtempSync(path.join(tmpdir(), "tocsin-bundle-"));
  console.log(`Seed ${seed}`);
  try {
    await (process.argv.includes("--mutations") ? findMutations(directory) : runFaults(directory));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});

/** Runs the faults that are selected. */
async function runFaults(directory: string): Promise<void> {
  const bundle = buildBundle(directory);
  const waiting = FAULTS.filter((fault) => fault.name.includes(only) && runsOf(fault) > 0);
  const lines = new Map<Fault, Line>();
  const work = async (): Promise<void> => {
    const system = await startSystem(bundle, path.resolve(option("bundle") ?? bundle));
    try {
      for (let fault = waiting.shift(); fault; fault = waiting.shift()) {
        const line = await runFault(system, fault, runsOf(fault), seed);
        lines.set(fault, line);
        console.log(summary([line]).split("\n").at(-1));
      }
    } finally {
      await system.close();
    }
  };
  const works = waiting.slice(0, SYSTEMS).map(work);
  const failures = (await Promise.allSettled(works)).filter((result) => result.status === "rejected");
  console.log(`\n${summary(FAULTS.flatMap((fault) => lines.get(fault) ?? []))}`);
  const found = [...lines.values()].flatMap(({ fault, lost, doubled, wrong }) =>
    [...lost, ...doubled, ...wrong].map((what) => `${fault}: ${what}`),
  );
  found.push(...failures.map(({ reason }) => (reason instanceof Failure ? reason.message : String(reason))));
  if (found.length > 0)
    throw new Failure(["", ...found.slice(0, 20), `${found.length} problems, seed ${seed}`].join("\n"));
}

function runsOf({ name, runs: { short, whole } }: Fault): number {
  if (name === "workerd killed" && option("kills") !== undefined) return Number(option("kills"));
  return isShort ? short : whole;
}

async function findMutations(directory: string): Promise<void> {
  const missed: string[] = [];
  for (const mutation of MUTATIONS.filter(({ name }) => name.includes(only))) {
    const found = await findMutation(path.join(directory, "mutated"), mutation, seed);
    console.log(`| ${mutation.name} | ${mutation.fault} | ${found ?? "NOTHING"} |`);
    if (found === null) missed.push(mutation.name);
  }
  if (missed.length > 0) throw new Failure(`The harness did not notice: ${missed.join("; ")}`);
}

function summary(lines: readonly Line[]): string {
  const head = ["fault", "runs", "acknowledged", "rejected", "quarantined", "lost", "doubled", "wrong"];
  const rows = lines.map(({ fault, runs, acknowledged, rejected, quarantined, lost, doubled, wrong }) => [
    fault,
    ...[runs, acknowledged, rejected, quarantined, lost.length, doubled.length, wrong.length].map(String),
  ]);
  return table(head, rows);
}
