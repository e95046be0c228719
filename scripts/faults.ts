/**
 * `npm run test:faults`: what senders were told against what Postgres has, delivery by delivery, whatever fails between.
 * Prints a table and fails on anything lost, doubled or wrong. `--short` for CI, `--only=<part of a name>`, `--seed=<n>`,
 * `--kills=<n>`, `--bundle=<file>`. Linux, because a disk that is full is made with prlimit.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { check, type Findings } from "./faults/check.ts";
import { type Fault, FAULTS } from "./faults/faults.ts";
import { random, startLoad, type Target } from "./faults/load.ts";
import { startWorld, type World } from "./faults/world.ts";
import { Failure, run } from "./run.ts";
import { buildBundle } from "./workerd.ts";

const option = (name: string): string | undefined =>
  process.argv.find((argument) => argument.startsWith(`--${name}=`))?.slice(name.length + 3);
const isShort = process.argv.includes("--short");
const seed = Number(option("seed") ?? Math.floor(Math.random() * 1_000_000));

/** After a fault everything must get through within this. */
const PATIENCE_MS = 180_000;

interface Line extends Findings {
  fault: string;
  runs: number;
  refused: number;
  setAside: number;
}

await run(async () => {
  const directory = mkdtempSync(path.join(tmpdir(), "tocsin-bundle-"));
  const bundle = option("bundle") ?? buildBundle(directory);
  const world = await startWorld(path.resolve(bundle), path.resolve(bundle));
  const lines: Line[] = [];
  console.log(`Seed ${seed}`);
  try {
    for (const fault of FAULTS.filter(({ name }) => name.includes(option("only") ?? ""))) {
      lines.push(await inflictAll(world, fault));
    }
  } finally {
    await world.close();
    rmSync(directory, { recursive: true, force: true });
  }
  console.log(`\n${table(lines)}`);
  const faults = lines.flatMap(({ fault, lost, doubled, wrong }) =>
    [...lost, ...doubled, ...wrong].map((what) => `${fault}: ${what}`),
  );
  if (faults.length > 0)
    throw new Failure(["", ...faults.slice(0, 20), `${faults.length} in all, seed ${seed}`].join("\n"));
});

async function inflictAll(world: World, fault: Fault): Promise<Line> {
  const usual = isShort ? fault.runs.short : fault.runs.whole;
  const runs = fault.name === "workerd killed" ? Number(option("kills") ?? usual) : usual;
  const total: Line = {
    fault: fault.name,
    runs,
    refused: 0,
    setAside: 0,
    acknowledged: 0,
    lost: [],
    doubled: [],
    wrong: [],
  };
  for (let number = 0; number < runs; number++) {
    const line = await inflictOnce(world, fault, seed + number);
    total.acknowledged += line.acknowledged;
    total.refused += line.refused;
    total.setAside += line.setAside;
    for (const kind of ["lost", "doubled", "wrong"] as const) total[kind].push(...line[kind]);
  }
  const { acknowledged, refused, setAside, lost, doubled, wrong } = total;
  console.log(
    `${fault.name}, ${runs} times: ${acknowledged} acknowledged, ${refused} refused, ${setAside} set aside, ` +
      `${lost.length} lost, ${doubled.length} doubled, ${wrong.length} wrong`,
  );
  return total;
}

async function inflictOnce(world: World, fault: Fault, runSeed: number) {
  const targets = await world.newTargets(3);
  const load = startLoad(targets, world.urls, runSeed);
  try {
    await fault.inflict(world, load, random(runSeed));
  } finally {
    await load.stop();
  }
  const setAside = await emptied(world, targets);
  const findings = await world.withClient((client) => check(client, targets, load));
  return { ...findings, refused: load.refused, setAside };
}

/** Waits until Postgres has everything, also what it refused at first. Returns how much that was. */
async function emptied(world: World, targets: readonly Target[]): Promise<number> {
  const deadline = Date.now() + PATIENCE_MS;
  let setAside = 0;
  for (const target of targets) {
    for (;;) {
      if (Date.now() > deadline) throw new Failure(`The outbox of ${target.id} does not empty: seed ${seed}`);
      // An object that broke with its storage answers again a moment later.
      const outbox = await world.outboxOf(target).catch(() => null);
      if (outbox?.rows === 0 && outbox.setAside === 0) break;
      if (outbox?.rows === 0 && outbox.setAside > 0) {
        setAside += outbox.setAside;
        await world.api("POST", `/v1/integrations/${target.id}/set-aside/retry`, {});
      }
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
  return setAside;
}

function table(lines: readonly Line[]): string {
  const rows = lines.map((line) => [
    line.fault,
    line.runs,
    line.acknowledged,
    line.refused,
    line.setAside,
    line.lost.length,
    line.doubled.length,
    line.wrong.length,
  ]);
  const head = ["fault", "runs", "acknowledged", "refused", "set aside", "lost", "doubled", "wrong"];
  return [head, head.map((_, column) => (column === 0 ? "---" : "--:")), ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}
