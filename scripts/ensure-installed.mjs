// Runs on the Node of a fresh machine (20 and up), before anything is installed, so this is plain JavaScript.
// Installs the locked dependencies when they are missing or the lockfile has changed since.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const root = path.join(import.meta.dirname ?? ".", "..");
const marker = path.join(root, "node_modules", ".tocsin-installed");
const lockHash = createHash("sha256")
  .update(readFileSync(path.join(root, "package-lock.json")))
  .digest("hex");

if (!existsSync(marker) || readFileSync(marker, "utf8") !== lockHash) {
  console.log("Installing dependencies (once) …");
  // Engine warnings concern the Node that installs. Everything runs on the Node that is installed then.
  const { status, error } = spawnSync("npm", ["ci", "--loglevel=error", "--no-audit", "--no-fund"], {
    cwd: root,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (error || status !== 0) {
    console.error(`npm ci failed${error ? `: ${error.message}` : ""}`);
    process.exit(status || 1);
  }
  writeFileSync(marker, lockHash);
}
