/** Runs the built program in a child process with a separate environment. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const PROGRAM = path.join(import.meta.dirname, "..", "..", "dist", "tocsin.js");

export interface Ran {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

export interface Options {
  env?: Record<string, string>;
  input?: string | Uint8Array;
  cwd?: string;
}

export interface Running {
  child: ChildProcess;
  stdout(): string;
  stderr(): string;
  ended: Promise<Ran>;
}

/** A new empty folder. */
export const newFolder = (): string => mkdtempSync(path.join(tmpdir(), "tocsin-cli-"));

/** A home folder without profiles and without a service. */
const emptyHome = newFolder();

/** A folder on PATH with `tocsin`, as a global installation has it. */
const programs = path.join(emptyHome, "bin");
mkdirSync(programs);
symlinkSync(PROGRAM, path.join(programs, "tocsin"));

const environment = (env: Record<string, string> = {}): Record<string, string> => ({
  PATH: `${programs}:${process.env.PATH}`,
  HOME: emptyHome,
  XDG_CONFIG_HOME: path.join(emptyHome, "config"),
  TERM: "xterm-256color",
  LANG: "C.UTF-8",
  ...env,
});

/** Starts a program. Its standard input is empty unless `input` is given. */
export function start(file: string, args: readonly string[], { env, input, cwd = emptyHome }: Options = {}): Running {
  const child = spawn(file, args, { cwd, env: environment(env), stdio: ["pipe", "pipe", "pipe"] });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (stderr += chunk));
  // A program that reads no input may end before it is written.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const ended = new Promise<Ran>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
  return { child, stdout: () => stdout, stderr: () => stderr, ended };
}

/** Runs `tocsin` with arguments to its end. */
export const tocsin = (args: readonly string[], options: Options = {}): Promise<Ran> =>
  start("tocsin", args, options).ended;

/** Starts `tocsin`, and returns while it runs. */
export const startTocsin = (args: readonly string[], options: Options = {}): Running => start("tocsin", args, options);

/** Runs a command line with `tocsin` in bash. It fails if any part of a pipe fails. */
export const bash = (line: string, options: Options = {}): Promise<Ran> =>
  start("bash", ["-c", `set -o pipefail; ${line}`], options).ended;

/** Whether `script` of util-linux is installed, which opens terminals. */
export const hasTerminals = /util-linux/.test(spawnSync("script", ["--version"], { encoding: "utf8" }).stdout ?? "");

export interface Terminal {
  /** The output so far. */
  screen(): string;
  type(text: string): void;
  ended: Promise<{ exitCode: number | null; screen: string }>;
}

/** Runs a command line on a new terminal. @param width in cells */
export function onTerminal(line: string, { env, cwd = emptyHome }: Options = {}, width = 100): Terminal {
  // `exec` replaces the shell, which would end on Ctrl-C itself.
  const command = `stty cols ${width} rows 40; exec ${line}`;
  const child = spawn("script", ["--quiet", "--return", "--command", command, "/dev/null"], {
    cwd,
    env: environment({ SHELL: "/bin/sh", ...env }),
    stdio: ["pipe", "pipe", "inherit"],
  });
  let screen = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (screen += chunk));
  const ended = new Promise<{ exitCode: number | null; screen: string }>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode) => resolve({ exitCode, screen }));
  });
  return { screen: () => screen, type: (text) => void child.stdin.write(text), ended };
}

/** Waits until a condition holds. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
}
