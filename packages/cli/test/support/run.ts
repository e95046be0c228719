/** The built program as a child process, with an environment of its own. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const PROGRAM = path.join(import.meta.dirname, "..", "..", "..", "dist", "cli", "tocsin.js");

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

/** A place where no profile, no service of a folder and no variable of ours is found. */
const nowhere = newFolder();

/** Where `tocsin` is, as a global install puts it. */
const programs = path.join(nowhere, "bin");
mkdirSync(programs);
symlinkSync(PROGRAM, path.join(programs, "tocsin"));

const environment = (env: Record<string, string> = {}): Record<string, string> => ({
  PATH: `${programs}:${process.env.PATH}`,
  HOME: nowhere,
  XDG_CONFIG_HOME: path.join(nowhere, "config"),
  TERM: "xterm-256color",
  LANG: "C.UTF-8",
  ...env,
});

/** Starts any program. What it is not given on standard input is empty. */
export function start(file: string, args: readonly string[], { env, input, cwd = nowhere }: Options = {}): Running {
  const child = spawn(file, args, { cwd, env: environment(env), stdio: ["pipe", "pipe", "pipe"] });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (stderr += chunk));
  // Whoever reads no input ends before it is written.
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

/** Starts `tocsin`, for who wants to see it at work. */
export const startTocsin = (args: readonly string[], options: Options = {}): Running => start("tocsin", args, options);

/** Runs a command line in bash, where `tocsin` is the built program. A failure of any part is its failure. */
export const bash = (line: string, options: Options = {}): Promise<Ran> =>
  start("bash", ["-c", `set -o pipefail; ${line}`], options).ended;

/** Whether there is what opens a terminal here: `script` of util-linux. */
export const hasTerminals = /util-linux/.test(spawnSync("script", ["--version"], { encoding: "utf8" }).stdout ?? "");

export interface Terminal {
  /** All that it showed so far. */
  screen(): string;
  type(text: string): void;
  ended: Promise<{ exitCode: number | null; screen: string }>;
}

/** Runs a command line on a terminal of its own, so many cells wide; the exit code is the program's. */
export function onTerminal(line: string, { env, cwd = nowhere }: Options = {}, width = 100): Terminal {
  // In the shell's place: the shell would die of Ctrl-C by itself.
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

/** Waits until something holds. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
}
