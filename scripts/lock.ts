import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { Failure } from "./run.ts";

/**
 * Locks the state folder for this process: two processes would corrupt its PGlite. The lock is a socket that this process listens on, so
 * it ends with the process. The folder, and every file that this process and its children write from now on, is for its owner alone: it
 * contains databases and secrets.
 * @returns a function that unlocks
 */
export async function lockStateDirectory(directory: string): Promise<() => Promise<void>> {
  process.umask(0o077);
  mkdirSync(directory, { recursive: true });
  // It may be older.
  chmodSync(directory, 0o700);
  const socket = socketOf(directory);
  if (await isAnswered(socket)) {
    throw new Failure(`${directory} is in use by another process. Stop it, or set TOCSIN_DIR to another folder.`);
  }
  // A killed process leaves a socket file behind.
  if (process.platform !== "win32") rmSync(socket, { force: true });
  const server = createServer((connection) => connection.end());
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(socket, resolve);
  });
  server.unref();
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve());
    });
}

/** Whether a process has locked the state folder. */
export const isLocked = (directory: string): Promise<boolean> => isAnswered(socketOf(directory));

/** A socket path may have about 100 characters, so it is a hash of the folder. */
function socketOf(directory: string): string {
  const name = `tocsin-${createHash("sha256").update(path.resolve(directory)).digest("hex").slice(0, 24)}`;
  return process.platform === "win32" ? `\\\\.\\pipe\\${name}` : path.join(tmpdir(), `${name}.lock`);
}

function isAnswered(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(socket);
    connection.once("connect", () => {
      connection.destroy();
      resolve(true);
    });
    connection.once("error", () => resolve(false));
  });
}
