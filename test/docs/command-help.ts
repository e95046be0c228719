/** What a command of ours says of itself, as a page shows it under a heading that names it: `### tocsin alerts list`. */
import { spawnSync } from "node:child_process";
import type { Block } from "./markdown.ts";
import { environmentOf, type World } from "./world.ts";

/** Whether a block shows what a command of ours says of itself. */
export const isCommandHelp = ({ language, heading }: Block): boolean =>
  language === "text" && /^tocsin( [a-z-]+)*$/.test(heading);

/** The examples in it, as commands. */
export const examplesIn = ({ text }: Block): string =>
  (text.split(/^Examples:$/m)[1] ?? "")
    .split("\n")
    .map((line) => line.trim())
    .join("\n")
    .trim();

/** What is wrong with it; null: `--help` prints just that. */
export function helpProblem({ heading, text }: Block, world: World): string | null {
  const [program = "", ...words] = heading.split(" ");
  const { stdout, stderr } = spawnSync(program, [...words, "--help"], {
    cwd: world.clone,
    env: environmentOf(world),
    encoding: "utf8",
  });
  return stdout.trim() === text.trim() ? null : `is not what ${heading} --help prints:\n${stdout}${stderr}`;
}
