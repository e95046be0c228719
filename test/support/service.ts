/** Starts the service as a user does, with `npm start`, and calls it. Used by end-to-end tests. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePort } from "../../scripts/lib/postgres.ts";

const ROOT = path.join(import.meta.dirname, "..", "..");

export interface Demo {
  integrationId: string;
  ingestUrl: string;
  secret: string;
}

/** The address of a service, and its root key. */
export interface ServiceAddress {
  url: string;
  rootApiKey: string;
}

export interface Service extends ServiceAddress {
  demo: Demo;
  stateDirectory: string;
  /** Everything that it printed so far. */
  output(): string;
  /** Ids of its process and of all processes that it started. */
  processes(): number[];
  /** Stops it like Ctrl-C, which signals the whole process group; or kills npm alone. Waits until every process has ended. */
  stop(how?: "ctrl-c" | "kill npm"): Promise<void>;
  /** Kills every process at once (SIGKILL). */
  kill(): Promise<void>;
}

/** A new empty state folder. */
export const newStateDirectory = (): string => mkdtempSync(path.join(tmpdir(), "tocsin-state-"));

/** Runs `npm start` and collects its output. */
export function npmStart(env: Record<string, string>): {
  child: ChildProcess;
  output: () => string;
  ended: Promise<number | null>;
} {
  const child = spawn("npm", ["start"], {
    cwd: ROOT,
    env: { ...process.env, DATABASE_URL: "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
    // Its own process group, as in a terminal.
    detached: true,
  });
  let output = "";
  child.stdout.on("data", (chunk) => (output += String(chunk)));
  child.stderr.on("data", (chunk) => (output += String(chunk)));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  return { child, output: () => output, ended };
}

/** Starts the service and waits until it is ready. */
export async function startService(
  env: Record<string, string> = {},
  stateDirectory = newStateDirectory(),
): Promise<Service> {
  const port = await freePort();
  const { child, output, ended } = npmStart({ PORT: String(port), TOCSIN_DIR: stateDirectory, ...env });
  while (!output().includes("Ctrl-C stops it")) {
    if (child.exitCode !== null) throw new Error(`npm start ended:\n${output()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const dev = JSON.parse(readFileSync(path.join(stateDirectory, "dev.json"), "utf8")) as Pick<
    Service,
    "url" | "rootApiKey" | "demo"
  >;
  return {
    ...dev,
    stateDirectory,
    output,
    processes: () => descendants(child.pid ?? 0),
    async stop(how = "ctrl-c") {
      const processes = descendants(child.pid ?? 0);
      process.kill(how === "ctrl-c" ? -(child.pid ?? 0) : (child.pid ?? 0), how === "ctrl-c" ? "SIGINT" : "SIGTERM");
      await ended;
      while (processes.some(isRunning)) await new Promise((resolve) => setTimeout(resolve, 50));
    },
    async kill() {
      for (const pid of descendants(child.pid ?? 0)) {
        try {
          process.kill(pid, "SIGKILL");
        } catch (error) {
          // It has ended, as a backend of Postgres does when its client is killed.
          if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
        }
      }
      await ended;
    },
  };
}

/** Ids of a process and of all its descendants. */
function descendants(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const line of execFileSync("ps", ["-eo", "pid=,ppid="], { encoding: "utf8" }).trim().split("\n")) {
    const [pid = 0, parent = 0] = line.trim().split(/\s+/).map(Number);
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const of = (pid: number): number[] => [pid, ...(children.get(pid) ?? []).flatMap(of)];
  return of(root);
}

/** Whether a process runs. Zombies do not. */
function isRunning(pid: number): boolean {
  const { stdout } = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" });
  return stdout.trim() !== "" && !stdout.startsWith("Z");
}

export interface Reply<Body> {
  status: number;
  body: Body;
}

export interface DeliveryReply {
  deliveryId: string;
  status: string;
  alerts: { id: string; outcome: string }[];
}

/** Sends a signed body to the demo integration. */
export async function send(demo: Demo, body: unknown): Promise<Reply<DeliveryReply>> {
  const text = JSON.stringify(body);
  const response = await fetch(demo.ingestUrl, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-webhook-signature": createHmac("sha256", demo.secret).update(text).digest("hex"),
    },
    body: text,
  });
  return { status: response.status, body: (await response.json()) as DeliveryReply };
}

/** Calls /v1 with the root key. */
export async function api<Body>(
  service: ServiceAddress,
  method: string,
  route: string,
  body?: unknown,
): Promise<Reply<Body>> {
  const response = await fetch(service.url + route, {
    method,
    headers: { authorization: `Bearer ${service.rootApiKey}`, "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Body };
}

export async function createIntegration(service: ServiceAddress, settings: Record<string, unknown>): Promise<Demo> {
  const { status, body } = await api<{ id: string; ingestUrl: string; secret: string }>(
    service,
    "POST",
    "/v1/integrations",
    { name: "test", ...settings },
  );
  if (status !== 201) throw new Error(`create integration: ${status} ${JSON.stringify(body)}`);
  return { integrationId: body.id, ingestUrl: body.ingestUrl, secret: body.secret };
}

/** Waits until the outbox of an integration is empty. */
export async function flushed(service: ServiceAddress, { integrationId }: Demo): Promise<void> {
  for (;;) {
    const { body } = await api<{ outbox: { rows: number } }>(service, "GET", `/v1/integrations/${integrationId}`);
    if (body.outbox.rows === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** All alerts or deliveries of an integration, once its outbox is empty. The outbox of a source that keeps sending may never be. */
export async function listAll<Item>(
  service: ServiceAddress,
  what: "alerts" | "deliveries",
  demo: Demo,
): Promise<Item[]> {
  await flushed(service, demo);
  return listStored<Item>(service, what, demo);
}

/** The alerts or deliveries of an integration that are in Postgres. */
export async function listStored<Item>(
  service: ServiceAddress,
  what: "alerts" | "deliveries",
  demo: Demo,
): Promise<Item[]> {
  const items: Item[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const route: string = `/v1/${what}?integrationId=${demo.integrationId}&limit=200${cursor && `&cursor=${cursor}`}`;
    const page = await api<{ data: Item[]; nextCursor: string | null }>(service, "GET", route);
    items.push(...page.body.data);
    cursor = page.body.nextCursor;
  }
  return items;
}

/** Runs a limited number of tasks at a time. @returns their results in order */
export async function atATime<T, Result>(
  width: number,
  items: readonly T[],
  task: (item: T) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const worker = async () => {
    for (let at = next++; at < items.length; at = next++) results[at] = await task(items[at]!);
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}
