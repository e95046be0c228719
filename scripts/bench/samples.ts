/**
 * Samples where a process spends its CPU time, with `perf` of Linux, which also sees the code of the runtime and of the kernel. The
 * profiler of V8 counts their time for the JavaScript function that ran before. https://perfwiki.github.io/main/
 */
import { execFile, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import path from "node:path";
import { promisify } from "node:util";
import { Failure } from "../run.ts";

/** Samples a second. */
const FREQUENCY = 499;

const MAX_OUTPUT_BYTES = 1_000_000_000;

/** Activities that a function anywhere in a stack shows: all that it calls belongs to them. */
const WHOLE: readonly [activity: string, functions: RegExp][] = [
  [
    "garbage collection",
    /CollectGarbage|Scavenger|MarkCompact|ConcurrentMarking|MutatorThreadSweeper|::Sweeper|cppgc::/,
  ],
  ["compilation", /maglev::|compiler::|Turbofan|v8::internal::Compiler::/],
  ["commits of objects, with fsync", /ActorSqlite::(?:commit|startImplicitTxn)|ImplicitTxn::commit/],
];

/** Other activities: the innermost function that is recognized shows which. */
const INNERMOST: readonly [activity: string, functions: RegExp][] = [
  ["SQLite statements of objects", /SqlStorage|SqliteDatabase|sqlite3|transactionSync/],
  ["JSON", /JsonParse|JsonStringif/],
  ["cryptography", /EVP_|HMAC_|sha256|SHA256|api::.*[cC]rypto/],
  ["calls of objects", /JsRpc|capnp::|ValueSerializer|ValueDeserializer|jsg::(?:S|Des)erializer/],
  ["timers", /Timeout|TimerImpl|TimerQueue/],
  ["HTTP", /hyper|HttpConnection|kj::Http|api::(?:Request|Response|Headers|Body|URL)|WorkerEntrypoint/],
  ["JavaScript", /^\[unknown\]|Builtins_|v8::internal/],
  ["runtime: events, promises, locks", /IoContext|kj::|jsg::|workerd::|tokio/],
];

const OTHER = "other";

const KERNEL_ADDRESS = "ffffffff";

/** The activities, in the order of a table. */
export const ACTIVITIES = [...INNERMOST.toReversed(), ...WHOLE].map(([activity]) => activity).concat(OTHER);

/**
 * Samples a process while `work` runs.
 * @param directory for the file of the samples
 * @returns the share of each activity in the CPU time of the process
 */
export async function shares(
  pid: number,
  directory: string,
  work: () => Promise<unknown>,
): Promise<Map<string, number>> {
  const file = path.join(directory, `perf-${randomUUID()}.data`);
  const options = ["-F", String(FREQUENCY), "-e", "cpu-clock", "-g", "-p", String(pid), "-o", file];
  const child = spawn("perf", ["record", ...options], { stdio: ["ignore", "ignore", "pipe"] });
  let output = "";
  child.stderr.on("data", (chunk) => (output += String(chunk)));
  let isStopped = false;
  const ended = new Promise<void>((resolve, reject) => {
    child.once("error", () => reject(new Failure("This needs perf: apt-get install linux-perf.")));
    child.once("close", () => (isStopped ? resolve() : reject(new Failure(`perf ended:\n${output}`))));
  });
  try {
    await Promise.race([work(), ended]);
  } finally {
    isStopped = true;
    child.kill("SIGINT");
  }
  await ended;
  const { stdout } = await promisify(execFile)("perf", ["script", "-i", file, "-F", "ip,sym"], {
    maxBuffer: MAX_OUTPUT_BYTES,
  });
  return sharesOf(stdout);
}

/** @param script stacks as `perf script -F ip,sym` writes them: a line for each function, the innermost first, and an empty line */
export function sharesOf(script: string): Map<string, number> {
  const stacks = script
    .split(/\n\s*\n/)
    .map((stack) => stack.trim())
    .filter((stack) => stack !== "");
  const counts = new Map<string, number>(ACTIVITIES.map((activity) => [activity, 0]));
  for (const stack of stacks) {
    const activity = activityOf(stack.split("\n").flatMap(nameOf));
    counts.set(activity, (counts.get(activity) ?? 0) + 1);
  }
  return new Map([...counts].map(([activity, count]) => [activity, count / stacks.length]));
}

/** The name of a function. The program that called the kernel explains what its functions are for. */
function nameOf(line: string): string[] {
  const [address = "", ...name] = line.trim().split(" ");
  return address.startsWith(KERNEL_ADDRESS) ? [] : [name.join(" ")];
}

function activityOf(functions: readonly string[]): string {
  const whole = WHOLE.find(([, pattern]) => functions.some((name) => pattern.test(name)));
  if (whole) return whole[0];
  for (const name of functions) {
    const innermost = INNERMOST.find(([, pattern]) => pattern.test(name));
    if (innermost) return innermost[0];
  }
  return OTHER;
}
