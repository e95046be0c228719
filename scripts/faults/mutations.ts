/** Tocsin without one of the mechanisms that its promise needs. The harness must notice each of them. */
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Failure } from "../run.ts";
import { buildBundle } from "../workerd.ts";
import { FAULTS } from "./faults.ts";
import { runFault } from "./run-fault.ts";
import { startSystem } from "./system.ts";

const ROOT = path.join(import.meta.dirname, "..", "..");

/** A change of the source, and the fault under which it shows. */
export interface Mutation {
  name: string;
  file: string;
  /** Text that occurs once in the file, and its replacement. */
  changes: [from: string, to: string][];
  fault: string;
}

/** Faults have a random part, so they run until something is found. */
const MAX_RUNS = 40;

/** The harness must fail with each of them. */
export const MUTATIONS: readonly Mutation[] = [
  {
    name: "version guard of alerts",
    file: "src/db/write-batch.ts",
    changes: [["where alerts.version < excluded.version`", "`"]],
    fault: "database answers after 30 s",
  },
  {
    name: "unique id of an outbox row",
    file: "src/db/write-batch.ts",
    changes: [
      [
        'raw_payload: { type: "text", value: "row.raw_payload::json" }',
        'raw_payload: { type: "text", value: "row.raw_payload::json" }, id: { type: "uuid", value: "gen_random_uuid()" }',
      ],
    ],
    fault: "connection cut after commit",
  },
  {
    name: "commit before the answer",
    file: "src/objects/integration/accept.ts",
    changes: [
      [
        "    this.#store.atomically(() => {\n      batch.write(now);",
        "    setTimeout(() => this.#store.atomically(() => {\n      batch.write(now);",
      ],
      [
        "    });\n    this.#flushSoon();\n    return replies;",
        "    }), 20);\n    this.#flushSoon();\n    return replies;",
      ],
    ],
    fault: "workerd killed",
  },
  {
    name: "one transaction for look-up and write",
    file: "src/objects/integration/accept.ts",
    changes: [
      ["  accept(call: Call,", "  async accept(call: Call,"],
      ["    const arrivals: Arrival[] = [];", "    await scheduler.wait(2);\n    const arrivals: Arrival[] = [];"],
    ],
    fault: "two versions side by side",
  },
  {
    name: "flush before the rows are discarded",
    file: "src/objects/integration/flush.ts",
    changes: [
      [
        "      await this.#dependencies.write(batch);\n      this.#dependencies.remove(batch);",
        "      this.#dependencies.remove(batch);\n      await this.#dependencies.write(batch);",
      ],
    ],
    fault: "database answers 500",
  },
  {
    name: "record of a repeated call",
    file: "src/objects/integration/accept.ts",
    changes: [["    if (earlier) return toReply(earlier);\n", ""]],
    fault: "object evicted before the answer",
  },
  {
    name: "alerts that another object owned",
    file: "src/objects/integration/shards/transfer.ts",
    changes: [["    store.alerts.save(new Map(alerts.map(({ ref, alert }) => [ref, alert])));\n", ""]],
    fault: "number of shards changes",
  },
];

/** Builds a mutation and runs its fault until something is found. @returns the findings; null: none */
export async function findMutation(directory: string, mutation: Mutation, seed: number): Promise<string | null> {
  const fault = FAULTS.find(({ name }) => name === mutation.fault);
  if (!fault) throw new Failure(`No fault "${mutation.fault}"`);
  const bundle = buildMutated(directory, mutation);
  const system = await startSystem(bundle, bundle);
  try {
    for (let number = 0; number < MAX_RUNS; number++) {
      const { lost, doubled, wrong } = await runFault(system, fault, 1, seed + number);
      if (lost.length + doubled.length + wrong.length > 0) {
        return `${lost.length} lost, ${doubled.length} doubled, ${wrong.length} wrong in run ${number + 1}`;
      }
    }
    return null;
  } finally {
    await system.close();
  }
}

function buildMutated(directory: string, { name, file, changes }: Mutation): string {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  for (const part of [
    "src",
    "packages/client/src",
    "public",
    "scripts/vendor-assets.mjs",
    "wrangler.toml",
    "package.json",
    "tsconfig.worker.json",
  ]) {
    cpSync(path.join(ROOT, part), path.join(directory, part), { recursive: true });
  }
  symlinkSync(path.join(ROOT, "node_modules"), path.join(directory, "node_modules"));
  let text = readFileSync(path.join(directory, file), "utf8");
  for (const [from, to] of changes) {
    if (text.split(from).length !== 2) throw new Failure(`"${name}": ${file} must contain once: ${from}`);
    text = text.replace(from, () => to);
  }
  writeFileSync(path.join(directory, file), text);
  return buildBundle(path.join(directory, "bundle"), directory);
}
