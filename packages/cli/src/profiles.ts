/** What `tocsin login` keeps, and what `npm start` leaves behind. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { CliError, EXIT } from "./errors.ts";

/** A service and a key that it takes. */
export interface Target {
  url: string;
  key: string;
}

export type Profiles = Readonly<Record<string, Target>>;

/** A service that runs from this folder, and its demo integration. */
export interface DevService extends Target {
  demo: { ingestUrl: string; secret: string };
}

/** `tocsin/config.json` under XDG_CONFIG_HOME. https://specifications.freedesktop.org/basedir-spec/latest/ */
export function configFile({ XDG_CONFIG_HOME = "" }: NodeJS.ProcessEnv): string {
  // By the specification a path that is not absolute counts for nothing.
  const home = path.isAbsolute(XDG_CONFIG_HOME) ? XDG_CONFIG_HOME : path.join(homedir(), ".config");
  return path.join(home, "tocsin", "config.json");
}

/** The profiles of a file, by their names; none when there is no file. @throws CliError when it is another kind of file */
export function readProfiles(file: string): Profiles {
  const content = readJson(file);
  if (content === null) return {};
  const profiles = (content as { profiles?: unknown }).profiles;
  if (typeof profiles !== "object" || profiles === null || !Object.values(profiles).every(isTarget)) {
    throw new CliError(EXIT.failed, `${file} is not as \`tocsin login\` writes it: remove it and sign in again`);
  }
  return profiles as Profiles;
}

/** Writes profiles to a file that its owner alone can read, all at once. */
export function writeProfiles(file: string, profiles: Profiles): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const next = `${file}.${process.pid}`;
  try {
    // A file that is there already would keep its mode: so a new one takes its place.
    writeFileSync(next, `${JSON.stringify({ profiles }, null, 2)}\n`, { mode: 0o600, flag: "wx" });
    renameSync(next, file);
  } catch (error) {
    rmSync(next, { force: true });
    throw error;
  }
}

/** The service that `npm start` runs in this folder; null: none was ever started here. */
export function readDevService({ TOCSIN_DIR = ".tocsin" }: NodeJS.ProcessEnv): DevService | null {
  const content = readJson(path.join(TOCSIN_DIR, "dev.json")) as {
    url: string;
    rootApiKey: string;
    demo: DevService["demo"];
  } | null;
  return content && { url: content.url, key: content.rootApiKey, demo: content.demo };
}

function readJson(file: string): object | null {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw new CliError(EXIT.failed, `${file} cannot be read: ${String(code)}`);
  }
  try {
    const content: unknown = JSON.parse(text);
    if (typeof content === "object" && content !== null) return content;
  } catch {
    // What the file holds may be a key: nothing of it is told.
  }
  throw new CliError(EXIT.failed, `${file} does not hold a JSON object`);
}

const isTarget = (value: unknown): value is Target =>
  typeof value === "object" &&
  value !== null &&
  "url" in value &&
  typeof value.url === "string" &&
  "key" in value &&
  typeof value.key === "string";
