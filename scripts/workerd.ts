/**
 * Runs the deployable bundle under bare workerd, Cloudflare's runtime, with the storage of Durable Objects on disk. `wrangler dev` adds
 * ten times the cost of a request, and cannot be killed as a whole.
 * https://github.com/cloudflare/workerd/blob/main/src/workerd/server/workerd.capnp
 */
import { execFileSync, spawn } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { Failure } from "./run.ts";

const ROOT = path.join(import.meta.dirname, "..");

/** A Worker for workerd to run. */
export interface WorkerSpec {
  name: string;
  /** Its loopback port. Without one, only other Workers reach it. */
  port?: number;
  /** Files by module name. The first one is the entry. */
  modules: Record<string, string>;
  text: Record<string, string>;
  /** Bindings with JSON values. */
  json?: Record<string, unknown>;
  /** Bindings of Durable Objects. `of`: another Worker that has the class. */
  objects: { binding: string; className: string; of?: string }[];
}

export interface Workerd {
  pid: number;
  output(): string;
  /** Kills it (by default with SIGKILL) and waits until it has ended. */
  kill(signal?: NodeJS.Signals): Promise<void>;
}

/**
 * Builds the bundle that `wrangler deploy` would upload.
 * @param project a copy of the project
 * @returns the file of the bundle
 */
export function buildBundle(directory: string, project = ROOT): string {
  const wrangler = path.join(ROOT, "node_modules", "wrangler", "bin", "wrangler.js");
  const flags = [
    "deploy",
    "--dry-run",
    "--env=",
    `--outdir=${directory}`,
    `--config=${path.join(project, "wrangler.toml")}`,
  ];
  try {
    execFileSync(process.execPath, [wrangler, ...flags], {
      cwd: project,
      stdio: "pipe",
      env: { ...process.env, WRANGLER_SEND_METRICS: "false" },
    });
  } catch (error) {
    throw new Failure(`wrangler deploy --dry-run failed:\n${String((error as { stderr?: unknown }).stderr)}`);
  }
  return path.join(directory, "index.js");
}

/** Starts workerd in a folder, which also holds the storage, and waits until it answers on every port. */
export async function startWorkerd(
  directory: string,
  workers: readonly WorkerSpec[],
  options: {
    /** Keeps the storage in memory, to measure without a disk. */
    isEphemeral?: boolean;
  } = {},
): Promise<Workerd> {
  mkdirSync(path.join(directory, "storage"), { recursive: true });
  for (const { name, modules } of workers) {
    mkdirSync(path.join(directory, name), { recursive: true });
    for (const [module, file] of Object.entries(modules)) copyFileSync(file, path.join(directory, name, module));
  }
  writeFileSync(path.join(directory, "config.capnp"), workerdConfig(workers, options.isEphemeral === true));
  // The fault harness fills the disk by a file size limit: then writes must fail, not end the process.
  const command = [workerdProgram(), "serve", "config.capnp"];
  const child = spawn("sh", ["-c", `trap '' XFSZ; exec "$0" "$@"`, ...command], {
    cwd: directory,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const keep = (chunk: unknown) => (output = (output + String(chunk)).slice(-200_000));
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));

  for (const { port } of workers) {
    while (port !== undefined && !(await answers(port))) {
      if (child.exitCode !== null) throw new Failure(`workerd ended:\n${output}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  const pid = child.pid ?? 0;
  return {
    pid,
    output: () => output,
    async kill(signal = "SIGKILL") {
      child.kill(signal);
      await ended;
    },
  };
}

/** Whether anything answers. */
const answers = (port: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/healthz`).then(
    async (response) => {
      await response.arrayBuffer();
      return true;
    },
    () => false,
  );

/** The workerd that wrangler depends on. */
function workerdProgram(): string {
  const ofProject = createRequire(import.meta.url);
  const ofWrangler = createRequire(ofProject.resolve("wrangler/package.json"));
  return (ofWrangler("workerd") as { default: string }).default;
}

const capnp = (text: string): string => JSON.stringify(text);

function workerdConfig(workers: readonly WorkerSpec[], isEphemeral: boolean): string {
  const date = /^compatibility_date = "(.+)"$/m.exec(readFileSync(path.join(ROOT, "wrangler.toml"), "utf8"))?.[1] ?? "";
  const services = workers.map(({ name }, index) => `(name = ${capnp(name)}, worker = .worker${index})`);
  const sockets = workers.flatMap(({ name, port }) =>
    port === undefined
      ? []
      : [`(name = ${capnp(name)}, address = "127.0.0.1:${port}", http = (), service = ${capnp(name)})`],
  );
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    ${[...services, '(name = "storage", disk = (path = "storage", writable = true))', '(name = "internet", network = (allow = ["private", "public"]))'].join(",\n    ")}
  ],
  sockets = [${sockets.join(", ")}]
);
${workers.map((worker, index) => workerConfig(worker, index, date, isEphemeral)).join("\n")}`;
}

function workerConfig(
  { name, modules, text, json = {}, objects }: WorkerSpec,
  index: number,
  date: string,
  isEphemeral: boolean,
) {
  const own = objects.filter(({ of }) => of === undefined);
  const bindings = [
    ...Object.entries(text).map(([key, value]) => `(name = ${capnp(key)}, text = ${capnp(value)})`),
    ...Object.entries(json).map(([key, value]) => `(name = ${capnp(key)}, json = ${capnp(JSON.stringify(value))})`),
    ...objects.map(({ binding, className, of }) =>
      of === undefined
        ? `(name = ${capnp(binding)}, durableObjectNamespace = ${capnp(className)})`
        : `(name = ${capnp(binding)}, durableObjectNamespace = (className = ${capnp(className)}, serviceName = ${capnp(of)}))`,
    ),
  ];
  const namespaces = own.map(
    ({ className }) => `(className = ${capnp(className)}, uniqueKey = ${capnp(className)}, enableSql = true)`,
  );
  const files = Object.keys(modules).map(
    (module) => `(name = ${capnp(module)}, esModule = embed ${capnp(`${name}/${module}`)})`,
  );
  return `const worker${index} :Workerd.Worker = (
  modules = [${files.join(", ")}],
  compatibilityDate = ${capnp(date)},
  bindings = [${bindings.join(", ")}],
  durableObjectNamespaces = [${namespaces.join(", ")}],
  durableObjectStorage = ${own.length === 0 ? "(none = void)" : isEphemeral ? "(inMemory = void)" : '(localDisk = "storage")'}
);`;
}
