/** Versions that were released, as their Workers ran: an upgrade is tried from the latest of them. */
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { Failure } from "./run.ts";

const ROOT = path.join(import.meta.dirname, "..");
const FOLDER = path.join(ROOT, "test", "releases");
const MIGRATIONS = path.join(ROOT, "drizzle");

export interface Release {
  version: string;
  /** The last migration that it came with. */
  lastMigration: string;
}

interface Journal {
  entries: { tag: string }[];
}

const readJournal = (): Journal =>
  JSON.parse(readFileSync(path.join(MIGRATIONS, "meta", "_journal.json"), "utf8")) as Journal;

/** Keeps a bundle as that of a version. */
export function keepRelease(version: string, bundle: string): void {
  mkdirSync(FOLDER, { recursive: true });
  const lastMigration = readJournal().entries.at(-1)?.tag ?? "";
  writeFileSync(path.join(FOLDER, `${version}.js.gz`), gzipSync(readFileSync(bundle), { level: 9 }));
  writeFileSync(path.join(FOLDER, `${version}.json`), `${JSON.stringify({ version, lastMigration }, null, 2)}\n`);
}

/** The latest release before a version. @throws Failure when none is kept */
export function releaseBefore(version: string): Release {
  const releases = readdirSync(FOLDER)
    .filter((file) => file.endsWith(".json"))
    .map((file) => JSON.parse(readFileSync(path.join(FOLDER, file), "utf8")) as Release)
    .filter((release) => compareVersions(release.version, version) < 0)
    .toSorted((a, b) => compareVersions(a.version, b.version));
  const latest = releases.at(-1);
  if (!latest) throw new Failure(`test/releases has no release before ${version}`);
  return latest;
}

/** Lays a release out in a folder. @returns its bundle, and the migrations that it came with */
export function unpackRelease({ version, lastMigration }: Release, directory: string) {
  const [bundle, migrationsFolder] = [path.join(directory, "index.js"), path.join(directory, "drizzle")];
  mkdirSync(directory, { recursive: true });
  writeFileSync(bundle, gunzipSync(readFileSync(path.join(FOLDER, `${version}.js.gz`))));
  cpSync(MIGRATIONS, migrationsFolder, { recursive: true });
  const journal = readJournal();
  const count = journal.entries.findIndex(({ tag }) => tag === lastMigration) + 1;
  if (count === 0) throw new Failure(`drizzle/ has no migration ${lastMigration}`);
  const known = { ...journal, entries: journal.entries.slice(0, count) };
  writeFileSync(path.join(migrationsFolder, "meta", "_journal.json"), JSON.stringify(known));
  return { bundle, migrationsFolder };
}

/** Semantic versions without pre-releases, as numbers are compared. */
function compareVersions(a: string, b: string): number {
  const [left, right] = [a.split(".").map(Number), b.split(".").map(Number)];
  for (const [index, part] of left.entries()) if (part !== right[index]) return part - (right[index] ?? 0);
  return 0;
}
