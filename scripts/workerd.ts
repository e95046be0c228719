/**
 * The Worker's deployable bundle under bare workerd: the runtime of Cloudflare without wrangler between, with the objects'
 * storage on disk. What wrangler dev adds to a request costs ten times what the request does, and it cannot be killed whole.
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
  /** Its loopback port; none: only other Workers visibleTeams it. */
  port?: number;
  /** Name → file on disk. The first one is the entry. */
  modules: Record<string, string>;
  text: Record<string, string>;
  /** Bindings that the Worker sees as values. */
  json?: Record<string, unknown>;
  /** Bindings of Durable Objects. `of`: the Worker that has the class, where it is another one. */
  objects: { binding: string; className: string; of?: string }[];
}

/** A workerd that runs. */
export interface Workerd {
  pid: number;
  /** What it printed. */
  output(): string;
  /** Ends it and waits until it is gone. SIGKILL by default: that is what must be survived. */
  kill(signal?: NodeJS.Signals): Promise<void>;
}

/**
 * Builds what `wrangler deploy` would upload from this project, or from a copy of it elsewhere.
 * @returns the bundle's file
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

/** Starts workerd in a folder, which keeps the objects' storage, and waits until it answers on every port. */
export async function startWorkerd(
  directory: string,
  workers: readonly WorkerSpec[],
  options: {
    /** Storage that is in memory alone; for what is not to be measured with a disk. */
    isEphemeral?: boolean;
  } = {},
): Promise<Workerd> {
  mkdirSync(path.join(directory, "storage"), { recursive: true });
  for (const { name, modules } of workers) {
    mkdirSync(path.join(directory, name), { recursive: true });
    for (const [module, file] of Object.entries(modules)) copyFileSync(file, path.join(directory, name, module));
  }
  writeFileSync(path.join(directory, "config.capnp"), workerdConfig(workers, options.isEphemeral === true));
  // A write past the limit of a file's size must fail, not end the process: how a test fills the disk.
  const child = spawn("sh", ["-c", `trap '' XFSZ; exec "$0" "$@"`, workerdProgram(), "serve", "config.capnp"], {
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
      if (child.exitCode !== null) throw new Failure(`workerd ended by itself:\n${output}`);
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

/** Any answer will do. */
const answers = (port: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/healthz`).then(
    async (response) => {
      await response.arrayBuffer();
      return true;
    },
    () => false,
  );

/** workerd comes with wrangler, so it is the very one that wrangler would run. */
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
