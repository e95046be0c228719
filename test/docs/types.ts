/** The types of a page's program. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { sessionFolder } from "./session.ts";
import { ROOT, type World } from "./world.ts";

/** What the compiler says of the program of a page that was run: a line each, with the page's own line numbers. */
export function typeProblems(file: string, world: World): string[] {
  const folder = sessionFolder(file, world);
  const project = {
    extends: path.join(world.clone, "tsconfig.worker.json"),
    compilerOptions: { types: ["node"], lib: ["ES2024", "DOM", "DOM.Iterable"], noUnusedLocals: false },
    include: ["program.ts"],
  };
  writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify(project));
  const compiler = path.join(ROOT, "node_modules/typescript-7/bin/tsc");
  const { status, stdout } = spawnSync(process.execPath, [compiler, "-p", folder, "--pretty", "false"], {
    cwd: world.clone,
    encoding: "utf8",
  });
  if (status === 0) return [];
  return stdout
    .trim()
    .split("\n")
    .map((line) => line.replace(/^.*program\.ts\((\d+),\d+\): /, `${file}:$1: `));
}
