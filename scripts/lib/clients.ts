/**
 * The clients that generators of other languages make from docs/openapi.json, each compiled with the program in test/clients that does a
 * day's work with it. The client in TypeScript is packages/client, which `npm run docs` generates.
 */
import { createHash } from "node:crypto";
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { CACHE, execute, goCommand, pythonWith, ROOT } from "./tools.ts";

/** A program that uses a generated client. */
interface Program {
  command: string;
  args: readonly string[];
  cwd: string;
}

const DOCUMENT = path.join(ROOT, "docs", "openapi.json");
const CLIENTS = path.join(ROOT, "test", "clients");

export const CLIENT_LANGUAGES = ["go", "python"] as const;
export type ClientLanguage = (typeof CLIENT_LANGUAGES)[number];

const BUILDS: Readonly<Record<ClientLanguage, (folder: string) => Promise<void>>> = {
  go: buildGo,
  python: buildPython,
};

const GO_PROGRAM = path.join(CACHE, "client-go");

const OUTPUTS: Readonly<Record<ClientLanguage, string>> = {
  go: GO_PROGRAM,
  python: path.join(CLIENTS, "python", "tocsin_client"),
};

/**
 * Generates and compiles the client of a language with its program, unless neither has changed since.
 * @returns the program
 * @throws Failure with the output of the generator or compiler
 */
export async function buildClient(language: ClientLanguage): Promise<Program> {
  const folder = path.join(CLIENTS, language);
  const stamp = path.join(CACHE, `client-${language}.sha256`);
  const isComplete = existsSync(OUTPUTS[language]) && existsSync(stamp);
  const hash = hashOf([DOCUMENT, ...globSync("*.*", { cwd: folder }).map((file) => path.join(folder, file))]);
  if (!isComplete || readFileSync(stamp, "utf8") !== hash) {
    mkdirSync(CACHE, { recursive: true });
    await BUILDS[language](folder);
    writeFileSync(stamp, hash);
  }
  return language === "go"
    ? { command: GO_PROGRAM, args: [], cwd: folder }
    : { command: await pythonWith(requirementsOf(language)), args: ["day.py"], cwd: folder };
}

const requirementsOf = (language: ClientLanguage): string => `test/clients/${language}/requirements.txt`;

/** https://github.com/oapi-codegen/oapi-codegen, at the version of go.mod. */
async function buildGo(folder: string): Promise<void> {
  const go = await goCommand();
  mkdirSync(path.join(folder, "tocsin"), { recursive: true });
  await execute(go, ["tool", "oapi-codegen", "-config", "oapi-codegen.yaml", DOCUMENT], { cwd: folder });
  await execute(go, ["build", "-o", GO_PROGRAM, "."], { cwd: folder });
}

/** https://github.com/openapi-generators/openapi-python-client, whose warnings name what it leaves out. */
async function buildPython(folder: string): Promise<void> {
  const python = await pythonWith(requirementsOf("python"));
  const target = ["--output-path", "tocsin_client", "--overwrite", "--meta", "none", "--fail-on-warning"];
  const source = ["--path", DOCUMENT, "--config", "config.yaml"];
  await execute(python, ["-m", "openapi_python_client", "generate", ...source, ...target], { cwd: folder });
  const options = ["--strict", "--cache-dir", path.join(CACHE, "mypy")];
  await execute(python, ["-m", "mypy", ...options, "day.py", "tocsin_client"], { cwd: folder });
}

function hashOf(files: readonly string[]): string {
  const hash = createHash("sha256");
  for (const file of files.toSorted()) hash.update(file).update(readFileSync(file));
  return hash.digest("hex");
}
