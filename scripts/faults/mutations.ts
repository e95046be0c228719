/** Tocsin without one of the mechanisms that its promise needs. The harness must notice each of them. */
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Failure } from "../run.ts";
import { buildBundle } from "../workerd.ts";
import { FAULTS } from "./faults.ts";
import { type Line, runFault } from "./run-fault.ts";
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

/** A shorter limit than without a mutation, which may prevent any recovery. */
const MAX_RECOVERY_MS = 60_000;

/** The harness must fail with each of them. */
export const MUTATIONS: readonly Mutation[] = [
  {
    name: "version guard of alerts",
    file: "src/db/write-statement.ts",
    changes: [
      [
        "${name} = case when alerts.version < excluded.version then excluded.${name} else alerts.${name} end",
        "${name} = excluded.${name}",
      ],
      ["  where alerts.version < excluded.version or alerts.last_seen_at < excluded.last_seen_at`", "`"],
    ],
    fault: "database answers too late",
  },
  {
    name: "unique id of a delivery",
    file: "src/db/write-statement.ts",
    changes: [["${DELIVERY.select}", '${DELIVERY.select.replace("row.id", "gen_random_uuid()")}']],
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
    name: "same reply to a repeated call",
    file: "src/alerts/decide.ts",
    changes: [["  if (!remembered) return null;", "  if (remembered !== undefined) return null;"]],
    fault: "object evicted before the answer",
  },
  {
    name: "entry of a repeated call's duplicates",
    file: "src/objects/integration/store/dedup-keys.ts",
    changes: [["    if (duplicates.size > 0) {", "    if (duplicates.size < 0) {"]],
    fault: "object evicted before the answer",
  },
  {
    name: "commit before a chunk is deleted",
    file: "src/objects/integration/isolate.ts",
    changes: [
      [
        "  const reply = await dependencies.write(batch);",
        '  dependencies.remove(batch, { kind: "written", xid: "0", unnotified: [] });\n  const reply = await dependencies.write(batch);',
      ],
      ["    dependencies.remove(batch, reply);\n    return;", "    return;"],
    ],
    fault: "database quota exhausted",
  },
  {
    name: "commit before a Writer answers",
    file: "src/objects/writer/merger.ts",
    changes: [
      [
        "      const written = await this.#dependencies.write(",
        '      for (const { reply } of batch) reply({ kind: "written", xid: "0", unnotified: [] });\n      const written = await this.#dependencies.write(',
      ],
    ],
    fault: "database refuses connections",
  },
  {
    name: "chunks of an unknown integration wait",
    file: "src/objects/writer/merger.ts",
    changes: [["  if (!known.has(integrationId)) return", "  if (known.size < 0) return"]],
    fault: "database restored without an integration",
  },
  {
    name: "notification after the commit",
    file: "src/objects/writer/merger.ts",
    changes: [
      [
        "const unnotified = written.changed.size > 0 ? await this.#dependencies.notify(written) : [];",
        "const unnotified: Reader[] = [];",
      ],
    ],
    fault: "none",
  },
  {
    name: "debt of a notification",
    file: "src/objects/integration/modules.ts",
    changes: [["        debts.add(written, Date.now());\n", ""]],
    fault: "subscription cannot be notified",
  },
  {
    name: "reads until the horizon has passed",
    file: "src/objects/subscription/read-schedule.ts",
    changes: [
      ["page.horizon > expectedXid && wakes === this.#wakes", "page.horizon !== -expectedXid && wakes === this.#wakes"],
    ],
    fault: "older transaction aborts after 35 s",
  },
  {
    name: "time limit of a call",
    file: "src/objects/shared/call.ts",
    changes: [
      ["    return await Promise.race([work, timeout]);", "    timeout.catch(() => {});\n    return await work;"],
    ],
    fault: "Writer hangs before or after the commit",
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
      const found = await runFault(system, fault, 1, seed + number, MAX_RECOVERY_MS).then(findingsOf, failureOf);
      if (found !== null) return `${found} in run ${number + 1}`;
    }
    return null;
  } finally {
    await system.close();
  }
}

const findingsOf = ({ lost, doubled, wrong }: Line): string | null =>
  lost.length + doubled.length + wrong.length > 0
    ? `${lost.length} lost, ${doubled.length} doubled, ${wrong.length} wrong`
    : null;

/** A run that does not end in time counts as found. */
function failureOf(error: unknown): string {
  if (error instanceof Failure) return error.message;
  throw error;
}

/** Applies the changes of a mutation to the text of its file. @throws Failure if a changed text does not occur once */
export function mutate(text: string, { name, file, changes }: Mutation): string {
  return changes.reduce((mutated, [from, to]) => {
    if (mutated.split(from).length !== 2) throw new Failure(`"${name}": ${file} must contain once: ${from}`);
    return mutated.replace(from, () => to);
  }, text);
}

function buildMutated(directory: string, mutation: Mutation): string {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  for (const part of [
    "src",
    "packages/client/src",
    "public",
    "scripts/vendor-assets.mjs",
    "scripts/bundle-console.mjs",
    "wrangler.toml",
    "package.json",
    "tsconfig.worker.json",
  ]) {
    cpSync(path.join(ROOT, part), path.join(directory, part), { recursive: true });
  }
  symlinkSync(path.join(ROOT, "node_modules"), path.join(directory, "node_modules"));
  const file = path.join(directory, mutation.file);
  writeFileSync(file, mutate(readFileSync(file, "utf8"), mutation));
  return buildBundle(path.join(directory, "bundle"), directory);
}
