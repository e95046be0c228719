/** The machine that the programs run on: packages, processes and files. */
import { type ChildProcess, execFile, spawn, spawnSync } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { Failure } from "../../scripts/run.ts";

/** Installs Debian packages that are missing. Their services are not started. */
export function install(packages: readonly string[]): void {
  const missing = packages.filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0) throw new Failure(`Install ${missing.join(" ")}, or run this as root.`);
  console.log(`installs ${missing.join(" ")}`);
  const policy = "/usr/sbin/policy-rc.d";
  const hasPolicy = existsSync(policy);
  // Debian asks this program before it starts a service; 101 forbids it.
  if (!hasPolicy) writeFileSync(policy, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    const apt = (...args: string[]) => spawnSync("apt-get", ["-qq", ...args], { env, encoding: "utf8" });
    apt("update");
    const { status, stderr } = apt("install", "-y", "--no-install-recommends", ...missing);
    if (status !== 0) throw new Failure(`apt-get install ${missing.join(" ")} failed:\n${stderr}`);
  } finally {
    if (!hasPolicy) rmSync(policy);
  }
}

const isInstalled = (name: string): boolean =>
  spawnSync("dpkg-query", ["-W", "-f=${db:Status-Abbrev}", name], { encoding: "utf8" }).stdout.startsWith("ii");

/** The version of a Debian package, without the revision. */
export const versionOf = (name: string): string =>
  spawnSync("dpkg-query", ["-W", "-f=${source:Upstream-Version}", name], { encoding: "utf8" }).stdout.split("+")[0] ??
  "";

/** Runs a command to its end. @returns its output @throws Error when it fails */
export function runToEnd(command: string, args: string[], options: { env?: NodeJS.ProcessEnv; input?: string } = {}) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: "utf8", ...options });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${error?.message ?? ""}${stdout}${stderr}`);
  return stdout + stderr;
}

/** Runs a command that sends to Tocsin: the gate in this process must go on. @throws Error when it fails */
export const runWithGate = (command: string, args: string[], env: NodeJS.ProcessEnv = {}) =>
  promisify(execFile)(command, args, { env: { ...process.env, ...env }, timeout: 120_000 });

/** A folder and the processes of one program. `end` stops and removes them, and nothing else. */
export class Machine {
  readonly folder: string;
  readonly #children: ChildProcess[] = [];

  /** @param user a system user that owns the files; null: root */
  constructor(name: string, user: string | null = null) {
    this.folder = mkdtempSync(path.join(tmpdir(), `tocsin-${name}-`));
    this.#owner = user === null ? null : ownerOf(user);
    chmodSync(this.folder, 0o755);
    this.#own(this.folder);
  }
  readonly #owner: { uid: number; gid: number } | null;

  #own(file: string): void {
    if (this.#owner) chownSync(file, this.#owner.uid, this.#owner.gid);
  }

  directory(name: string): string {
    const directory = path.join(this.folder, name);
    mkdirSync(directory, { recursive: true });
    this.#own(directory);
    return directory;
  }

  /** Writes a file that the program owns. */
  write(name: string, text: string, mode = 0o644): string {
    const file = path.join(this.folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text, { mode });
    chmodSync(file, mode);
    this.#own(file);
    return file;
  }

  /** Starts a process in the background, as the owner of the files. */
  start(command: string, args: string[], { env, asRoot = false }: { env?: NodeJS.ProcessEnv; asRoot?: boolean } = {}) {
    const child = spawn(command, args, {
      cwd: this.folder,
      stdio: ["ignore", "pipe", "pipe"],
      // Its own group, so that `end` reaches what it starts.
      detached: true,
      env: { ...process.env, ...env },
      ...(this.#owner && !asRoot && this.#owner),
    });
    let output = "";
    child.stdout.on("data", (chunk) => (output += String(chunk)));
    child.stderr.on("data", (chunk) => (output += String(chunk)));
    child.on("error", (error) => (output += String(error)));
    this.#children.push(child);
    return {
      output: () => output,
      signal: (signal: NodeJS.Signals) => child.kill(signal),
      hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    };
  }

  async end(): Promise<void> {
    for (const child of this.#children) {
      if (child.pid === undefined) continue;
      signalGroup(child.pid, "SIGTERM");
      const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
      for (let tries = 0; tries < 40 && !hasEnded(); tries++) await new Promise((resolve) => setTimeout(resolve, 50));
      signalGroup(child.pid, "SIGKILL");
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

const ownerOf = (user: string): { uid: number; gid: number } => {
  const id = (flag: string) => Number(runToEnd("id", [flag, user]).trim());
  return { uid: id("-u"), gid: id("-g") };
};
