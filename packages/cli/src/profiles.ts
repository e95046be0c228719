/** The profiles that `tocsin login` saves, and the service that `npm start` runs. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { CliError, EXIT } from "./errors.ts";

/** The URL of a service and an API key for it. */
export interface Credentials {
  url: string;
  key: string;
}

/** Credentials by the name of the profile. */
export type Profiles = Readonly<Record<string, Credentials>>;

interface DevService extends Credentials {
  demo: { ingestUrl: string; secret: string };
}

/** `tocsin/config.json` under XDG_CONFIG_HOME. https://specifications.freedesktop.org/basedir-spec/latest/ */
export function configFile({ XDG_CONFIG_HOME = "" }: NodeJS.ProcessEnv): string {
  // The specification ignores relative paths.
  const home = path.isAbsolute(XDG_CONFIG_HOME) ? XDG_CONFIG_HOME : path.join(homedir(), ".config");
  return path.join(home, "tocsin", "config.json");
}

/** Reads the profiles; none if there is no file. @throws CliError if the file holds something else */
export function readProfiles(file: string): Profiles {
  const content = readJson(file);
  if (content === null) return {};
  const profiles = (content as { profiles?: unknown }).profiles;
  if (typeof profiles !== "object" || profiles === null || !Object.values(profiles).every(isCredentials))
    throw new CliError(EXIT.failed, `${file} holds no profiles. Delete it, then run tocsin login.`);
  return profiles as Profiles;
}

/** Replaces the file atomically. Only its owner can read it. */
export function writeProfiles(file: string, profiles: Profiles): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const next = `${file}.${process.pid}`;
  try {
    // An existing file would keep its mode.
    writeFileSync(next, `${JSON.stringify({ profiles }, null, 2)}\n`, { mode: 0o600, flag: "wx" });
    renameSync(next, file);
  } catch (error) {
    rmSync(next, { force: true });
    throw error;
  }
}

/** The service that `npm start` runs in this folder, and its demo integration; null if none was ever started here. */
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
    throw new CliError(EXIT.failed, `Cannot read ${file}: ${String(code)}.`);
  }
  try {
    const content: unknown = JSON.parse(text);
    if (typeof content === "object" && content !== null) return content;
  } catch {
    // The error would quote the file, which may hold a key.
  }
  throw new CliError(EXIT.failed, `${file} does not hold a JSON object.`);
}

const isCredentials = (value: unknown): value is Credentials =>
  typeof value === "object" &&
  value !== null &&
  "url" in value &&
  typeof value.url === "string" &&
  "key" in value &&
  typeof value.key === "string";
