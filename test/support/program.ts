/** Programs that a test starts and stops. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";

/** @throws Error when a program is not installed */
export function assertInstalled(program: string, debianPackage: string): void {
  if (spawnSync(program, ["--version"]).error) {
    throw new Error(`${program} is not installed (Debian: apt-get install ${debianPackage})`);
  }
}

/** Starts a server, and waits until a URL of it answers 200. */
export async function startServer(program: string, args: readonly string[], readyUrl: string): Promise<ChildProcess> {
  const server = spawn(program, args, { stdio: "ignore" });
  await until(async () => {
    if (server.exitCode !== null) throw new Error(`${program} ended with exit code ${server.exitCode}`);
    return fetch(readyUrl).then(
      ({ ok }) => ok,
      () => false,
    );
  });
  return server;
}

/** Stops a process, and waits for its end. */
export async function stopServer(server: ChildProcess | undefined): Promise<void> {
  const ended = new Promise((resolve) => server?.once("exit", resolve));
  if (server?.kill()) await ended;
}

/** Waits until a condition holds. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 50));
}
