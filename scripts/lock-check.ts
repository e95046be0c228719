/**
 * `npm run lock:check`: every package from the registry has a checksum in package-lock.json, and no entry names a host or a folder.
 * `npm run lock:check -- --fix` gets the missing checksums from the registry, after a tool or a merge left the lockfile incomplete.
 */
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { Failure, run } from "./run.ts";

const LOCKFILE = path.join(import.meta.dirname, "..", "package-lock.json");

/** Calls of `npm view` at a time. */
const CONCURRENT_CALLS = 4;

interface Entry {
  name?: string;
  version?: string;
  resolved?: string;
  integrity?: string;
  link?: boolean;
  inBundle?: boolean;
}

interface Lockfile {
  packages: Record<string, Entry>;
}

await run(async () => {
  const text = readFileSync(LOCKFILE, "utf8");
  const lock = JSON.parse(text) as Lockfile;
  if (process.argv.includes("--fix")) {
    await complete(lock);
    writeFileSync(LOCKFILE, `${JSON.stringify(lock, null, 2)}\n`);
  }
  const incomplete = withoutIntegrity(lock).map(([folder]) => `${folder} has no integrity`);
  const located = Object.entries(lock.packages)
    .filter(([, { resolved, link }]) => resolved !== undefined && (link !== true || path.isAbsolute(resolved)))
    .map(([folder, { resolved }]) => `${folder} is resolved from ${resolved}`);
  const problems = [...incomplete, ...located];
  if (problems.length > 0) {
    throw new Failure(
      [
        ...problems.slice(0, 20),
        `package-lock.json: ${problems.length} problems. Run npm run lock:check -- --fix.`,
      ].join("\n"),
    );
  }
  console.log(`package-lock.json: ${Object.keys(lock.packages).length} entries, every checksum present.`);
});

/** Entries of packages from the registry that lack a checksum. */
function withoutIntegrity({ packages }: Lockfile): [string, Entry][] {
  return Object.entries(packages).filter(
    ([folder, { link, inBundle, integrity }]) =>
      folder.includes("node_modules/") && link !== true && inBundle !== true && integrity === undefined,
  );
}

/** Adds the checksums that are missing, and removes the locations of packages. */
async function complete(lock: Lockfile): Promise<void> {
  for (const entry of Object.values(lock.packages)) if (entry.link !== true) delete entry.resolved;
  const missing = withoutIntegrity(lock);
  const work = async () => {
    for (let next = missing.shift(); next; next = missing.shift()) {
      const [folder, entry] = next;
      const integrity = await integrityOf(entry.name ?? folder.replace(/^.*node_modules\//, ""), entry.version ?? "");
      const { version, ...rest } = entry;
      // npm writes the checksum right after the version.
      lock.packages[folder] = { ...(version !== undefined && { version }), integrity, ...rest };
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT_CALLS }, work));
}

/** @throws Failure when the registry does not have this version */
async function integrityOf(name: string, version: string): Promise<string> {
  const { stdout } = await promisify(execFile)("npm", ["view", `${name}@${version}`, "dist.integrity"]);
  const integrity = stdout.trim();
  if (!integrity.startsWith("sha")) throw new Failure(`The registry has no checksum for ${name}@${version}.`);
  return integrity;
}
