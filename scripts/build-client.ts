/** Compiles the client into packages/client/dist: JavaScript and declarations. */
import { execFileSync } from "node:child_process";
import { copyFileSync, rmSync } from "node:fs";
import path from "node:path";

const root = path.join(import.meta.dirname, "..");
const folder = path.join(root, "packages", "client");
const compiler = path.join(root, "node_modules", "typescript-7", "bin", "tsc");

rmSync(path.join(folder, "dist"), { recursive: true, force: true });
execFileSync(process.execPath, [compiler, "-p", folder], { stdio: "inherit" });
// The compiler copies no declaration files.
copyFileSync(path.join(folder, "src", "schema.d.ts"), path.join(folder, "dist", "schema.d.ts"));
