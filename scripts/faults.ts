/**
 * `npm run test:faults`: what senders were told against what Postgres has, delivery by delivery, whatever fails between.
 * Prints a table and fails on anything lost, doubled or wrong. `--short` for CI, `--only=<part of a name>`, `--seed=<n>`,
 * `--kills=<n>`, `--bundle=<file>` of another version to run beside this one. `--mutations`: takes away what the promise
 * rests on, one thing at a time, and fails when nothing is found. Linux, because a disk that is full is made with prlimit.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { table } from "./bench/report.ts";
import { type Fault, FAULTS } from "./faults/faults.ts";
import { inflictAll, type Line } from "./faults/inflict.ts";
import { findMutation, MUTATIONS } from "./faults/mutations.ts";
import { startWorld } from "./faults/world.ts";
import { Failure, run } from "./run.ts";
import { buildBundle } from "./workerd.ts";

const option = (name: string): string | undefined =>
  process.argv.find((argument) => argument.startsWith(`--${name}=`))?.slice(name.length + 3);
const isShort = process.argv.includes("--short");
const seed = Number(option("seed") ?? Math.floor(Math.random() * 1_000_000));
const only = option("only") ?? "";

await run(async () => {
  const directory = mkdtempSync(path.join(tmpdir(), "tocsin-bundle-"));
  console.log(`Seed ${seed}`);
  try {
    await (process.argv.includes("--mutations") ? findMutations(directory) : holdUnderFaults(directory));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});

async function holdUnderFaults(directory: string): Promise<void> {
  const bundle = buildBundle(directory);
  const world = await startWorld(bundle, path.resolve(option("bundle") ?? bundle));
  const lines: Line[] = [];
  try {
    for (const fault of FAULTS.filter(({ name }) => name.includes(only))) {
      const line = await inflictAll(world, fault, runsOf(fault), seed);
      lines.push(line);
      console.log(summary([line]).split("\n").at(-1));
    }
  } finally {
    await world.close();
  }
  console.log(`\n${summary(lines)}`);
  const found = lines.flatMap(({ fault, lost, doubled, wrong }) =>
    [...lost, ...doubled, ...wrong].map((what) => `${fault}: ${what}`),
  );
  if (found.length > 0)
    throw new Failure(["", ...found.slice(0, 20), `${found.length} in all, seed ${seed}`].join("\n"));
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
  if (missed.length > 0) throw new Failure(`Nothing was found without: ${missed.join("; ")}`);
}

function summary(lines: readonly Line[]): string {
  const head = ["fault", "runs", "acknowledged", "refused", "set aside", "lost", "doubled", "wrong"];
  const rows = lines.map(({ fault, runs, acknowledged, refused, quarantined, lost, doubled, wrong }) => [
    fault,
    ...[runs, acknowledged, refused, quarantined, lost.length, doubled.length, wrong.length].map(String),
  ]);
  return table(head, rows);
}
