/**
 * `npm run bench -- ingest`: compares the ingest of Tocsin with the cost of the platform and with the same contract on Node, alternately, on
 * bare workerd with the deployable bundle. Writes the section "Ingest" of docs/benchmarks.md. Needs Linux and wrk.
 */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import path from "node:path";
import { freePort } from "../lib/postgres.ts";
import { type Run, type Target, wrk, writeRequests } from "./load.ts";
import { option } from "./options.ts";
import { type Goal, goalTable, machine, median, table, writeSection } from "./report.ts";
import { type System, withSystem } from "./system.ts";
import { type Usage, usageOf, usagePer } from "./usage.ts";
import { Failure, run } from "../run.ts";
import { startWorkerd, type WorkerSpec } from "../workerd.ts";

const ROUNDS = option("rounds", 5);
const SECONDS = option("seconds", 4);
const CONNECTIONS = option("connections", 64);
/** Share of the answers of a case that may be errors, if it is not about rejected deliveries. */
const MOST_FAILED = 0.01;

/** The number of cases of a whole run. */
const CASES = 13;

/** More than any case handles in a second. */
const MOST_PER_SECOND = 8000;

interface Case {
  name: string;
  port: number;
  requests: (round: number) => string;
  pid: number;
}

type Results = ReadonlyMap<string, Measured[]>;

const SECRET = randomBytes(24).toString("base64url");

const started: { stop(): Promise<unknown> }[] = [];

await run(() =>
  withSystem(async (system) => {
    try {
      await bench(system);
    } finally {
      for (const { stop } of started.toReversed()) await stop();
    }
  }),
);

async function bench(system: System): Promise<void> {
  const { directory, postgres, service } = system;
  const floors = await startFloors(path.join(directory, "floors"));
  const baseline = await startBaseline("baseline.ts", postgres.url);
  const strong = await startBaseline("strong.ts", postgres.url);
  started.push(floors, baseline, strong);

  const one = await service.integration();
  const two = await service.integration({ shards: 2 });
  const four = await service.integration({ shards: 4 });
  const sixteen = await Promise.all(Array.from({ length: 16 }, () => service.integration()));
  const file = (name: string) => path.join(directory, name);
  const fresh =
    (name: string, targets: readonly Target[]) =>
    (round: number): string => {
      writeRequests(file(name), SECONDS * MOST_PER_SECOND, targets, `${name}${round}`);
      return file(name);
    };
  const bare = [{ path: "/", secret: SECRET }];
  writeRequests(file("floor"), 5000, bare, "floor");
  writeRequests(file("duplicate"), 1, [one], "duplicate", { isRepeated: true });
  writeRequests(file("wrong"), 5000, [one], "wrong", { isWronglySigned: true });

  const onFloor = (name: string, kind: string): Case => ({
    name,
    port: floors.ports[kind] ?? 0,
    requests: () => file("floor"),
    pid: floors.pid,
  });
  const onTocsin = (name: string, requests: Case["requests"]): Case => ({
    name,
    port: service.port,
    requests,
    pid: service.workerd.pid,
  });
  const cases: Record<string, Case> = {
    a: onFloor("an empty Worker", "empty"),
    b: onFloor("HMAC only", "hmac"),
    c: onFloor("an empty object call", "object"),
    d: onFloor("an object call with one insert of the body", "insert"),
    d16: onFloor("the same with 16 objects", "insert16"),
    e: onTocsin("Tocsin, one integration", fresh("e", [one])),
    e2: onTocsin("the same with 2 shards", fresh("e2", [two])),
    e4: onTocsin("the same with 4 shards", fresh("e4", [four])),
    f: onTocsin("Tocsin, 16 integrations", fresh("f", sixteen)),
    g: onTocsin("Tocsin, duplicates only", () => file("duplicate")),
    h: onTocsin("Tocsin, wrongly signed", () => file("wrong")),
    i: { name: "the ordinary way: Node, `pg`, a transaction each", requests: fresh("i", bare), ...baseline },
    j: { name: "strong baseline: Node on each core, group commit", requests: fresh("j", bare), ...strong },
  };
  const chosen = Object.entries(cases).filter(([id]) => isChosen(id));

  const results = new Map<string, Measured[]>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const [id, measured] of chosen) {
      const requests = measured.requests(round);
      const result = await measure(measured, requests);
      results.set(id, [...(results.get(id) ?? []), result]);
      console.log(
        `round ${round + 1}, ${id}: ${Math.round(result.perSecond)}/s, ${Math.round(result.cpuSeconds * 1e6)} µs, ${measured.name}`,
      );
      // A server that fails is fast.
      if (id !== "h" && result.notSuccessful > result.requests * MOST_FAILED)
        throw new Failure(`${id}: ${result.notSuccessful} of ${result.requests} answers are errors.`);
      // The next case must not pay for the backlog of this one.
      await service.drained([one, two, four, ...sixteen]);
    }
  }
  report(chosen, results);
}

/** `--cases=e,f,d16` measures only these. */
function isChosen(id: string): boolean {
  const chosen = process.argv.find((argument) => argument.startsWith("--cases="))?.slice("--cases=".length);
  return chosen === undefined || chosen.split(",").includes(id);
}

interface Measured extends Run, Usage {
  perSecond: number;
}

async function measure({ port, pid }: Case, requests: string): Promise<Measured> {
  const before = usageOf(pid);
  const seen = await wrk(port, requests, SECONDS, CONNECTIONS);
  return {
    ...seen,
    ...usagePer(seen.requests, before, usageOf(pid)),
    perSecond: (seen.requests / seen.microseconds) * 1e6,
  };
}

async function startFloors(directory: string) {
  const kinds = ["empty", "hmac", "object", "insert", "insert16"];
  const ports: Record<string, number> = {};
  for (const kind of kinds) ports[kind] = await freePort();
  const specs = kinds.map((kind): WorkerSpec => ({
    name: kind,
    port: ports[kind] ?? 0,
    modules: { "floor.js": path.join(import.meta.dirname, "floor.js") },
    text: { KIND: kind, SECRET },
    objects: [{ binding: "FLOORS", className: "Floor" }],
  }));
  const workerd = await startWorkerd(directory, specs);
  return { ports, pid: workerd.pid, stop: () => workerd.kill() };
}

/** Starts a program of this folder that prints its port once it listens. */
async function startBaseline(program: string, databaseUrl: string) {
  const command = [path.join(import.meta.dirname, program), databaseUrl, SECRET, String(await freePort())];
  const child = spawn(process.execPath, command, { stdio: ["ignore", "pipe", "inherit"] });
  const port = await new Promise<number>((resolve, reject) => {
    child.stdout.once("data", (line) => resolve(Number(String(line))));
    child.once("exit", (code) => reject(new Error(`${program} ended with exit code ${code}`)));
  });
  return {
    port,
    pid: child.pid ?? 0,
    async stop() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill();
      await ended;
    },
  };
}

function report(cases: readonly [string, Case][], results: Results): void {
  const of = (id: string, field: keyof Measured) => median((results.get(id) ?? []).map((result) => result[field]));
  const rows = cases.map(([id, { name }]) => {
    const failed = (results.get(id) ?? []).reduce((sum, result) => sum + result.socketErrors, 0);
    return [
      id,
      name,
      Math.round(of(id, "perSecond")).toLocaleString("en"),
      (of(id, "p50") / 1000).toFixed(1),
      (of(id, "p99") / 1000).toFixed(1),
      Math.round(of(id, "cpuSeconds") * 1e6),
      (of(id, "bytesWritten") / 1000).toFixed(1),
      failed,
    ].map(String);
  });
  const ratios: [string, string, number?][] = [
    ["e", "i", 3],
    ["f", "i", 2.5],
    ["f", "e", 0.8],
    ["f", "d16", 0.8],
    ["g", "c", 0.7],
    ["h", "b", 0.75],
    ["e", "d"],
    ["e2", "e"],
    ["e4", "e"],
    ["e", "j"],
    ["f", "j"],
  ];
  const costs: [string, string, number][] = [
    ["e", "one integration", 350],
    ["f", "sixteen", 450],
    ["g", "a duplicate", 250],
    ["h", "wrongly signed", 150],
  ];
  const goals: Goal[] = [
    ...ratios.map(([over, under, least]) => ({
      what: `${over}/${under}`,
      measured: ratio(results, over, under),
      ...(least !== undefined && { least }),
    })),
    ...costs.map(([id, name, most]) => ({
      what: `CPU, µs each: ${name}`,
      measured: of(id, "cpuSeconds") * 1e6,
      most,
    })),
  ].filter(({ measured }) => !Number.isNaN(measured));
  const text = `\`npm run bench -- ingest\` sends distinct signed Alertmanager deliveries of about 1.5 kB over ${CONNECTIONS} connections to the deployable bundle under bare
workerd, to minimal Workers, and to the same contract on Node, alternately: ${ROUNDS} rounds of ${SECONDS} s each. Half of the deliveries open an alert,
half resolve one. Values are medians of the rounds; ratios are computed within a round. The edge, the objects and the flush share one
thread. wrk, the database endpoint and PostgreSQL (with fsync) share the two cores with them, so only the ratios are meaningful. Cases with
several objects (e2, e4, f) are slower here than on the platform, where each object has its own thread.

i and j verify and read with the code of Tocsin, and answer after the commit in PostgreSQL. i is the ordinary baseline: a transaction for each
delivery. j is the strong baseline: one process a core, \`node:http\` without a framework; deliveries that arrive during a transaction form
the next one, in a single prepared statement. Neither accepts deliveries while PostgreSQL is away.

${machine()}

${table(["", "what", "a second", "p50, ms", "p99, ms", "CPU, µs each", "written, kB each", "errors"], rows)}

${goalTable(goals)}`;
  console.log(text);
  if (cases.length === CASES) writeSection("Ingest", text);
}

/** The machine changes between rounds, so a ratio is the median of the ratios of each round. */
function ratio(results: Results, over: string, under: string): number {
  return median(
    (results.get(over) ?? []).map(
      (result, round) => result.perSecond / (results.get(under)?.[round]?.perSecond ?? Number.NaN),
    ),
  );
}
