/** A page's commands and programs, run one after the other in one shell, as somebody would who follows the page. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Block } from "./markdown.ts";
import { forSource, readersEnvironment, withExamplesFilled, type World } from "./world.ts";

export interface Outcome {
  state: "passed" | "failed" | "never reached";
  output: string;
}

/** Where a page's scripts and their output are kept. */
export const sessionFolder = (file: string, { clone }: World): string =>
  path.join(clone, ".tocsin", "docs", file.replaceAll(/\W/g, "-"));

/** A page that is not through by then never will be. */
const LONGEST_MS = 200_000;

/** What became of each block that was run. */
export type Session = ReadonlyMap<Block, Outcome>;

/** The status that a block says every request of it is answered with: `sh status=401`. */
const expectedStatus = ({ note }: Block): string => /^status=(\d{3})$/.exec(note)?.[1] ?? "";

/**
 * Runs blocks of a page: those in `sh` are read by bash, those in `ts` are one program, which is run where the last one stands.
 * @param file the page
 * @param blocks of it, in their order
 */
export async function runSession(file: string, blocks: readonly Block[], world: World): Promise<Session> {
  if (blocks.length === 0) return new Map();
  const folder = sessionFolder(file, world);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const provider = /^docs\/providers\/(.+)\.md$/.exec(file)?.[1];
  const filled = await Promise.all(blocks.map(({ text }) => withExamplesFilled(text, world)));
  const texts = provider === undefined ? filled : await forSource(filled, provider, world);
  const program = programOf(blocks, texts);
  const lastOfProgram = blocks.findLast(({ language }) => language === "ts");

  const steps = blocks.map((block, index) => {
    const step = path.join(folder, String(index));
    writeFileSync(`${step}.sh`, `${texts[index] ?? ""}\n`);
    const run =
      block.language === "sh" ? `source ${step}.sh` : block === lastOfProgram ? `node ${folder}/program.ts` : ":";
    return [`exec >${step}.out 2>&1`, `export EXPECTED_STATUS=${expectedStatus(block)}`, run, `touch ${step}.done`];
  });
  if (program !== null) writeFileSync(path.join(folder, "program.ts"), program);
  writeFileSync(path.join(folder, "session.sh"), ["set -euo pipefail", ...steps.flat()].join("\n"));
  const shell = spawn("bash", ["--noprofile", "--norc", path.join(folder, "session.sh")], {
    cwd: world.clone,
    env: await readersEnvironment(texts.join("\n"), world),
    stdio: "ignore",
    // A group of its own: what hangs is ended with all that it started.
    detached: true,
  });
  const hangs = setTimeout(() => process.kill(-(shell.pid ?? 0), "SIGKILL"), LONGEST_MS);
  await once(shell, "close");
  clearTimeout(hangs);

  const outcomeOf = (step: string): Outcome => {
    if (!existsSync(`${step}.out`)) return { state: "never reached", output: "" };
    return { state: existsSync(`${step}.done`) ? "passed" : "failed", output: readFileSync(`${step}.out`, "utf8") };
  };
  return new Map(blocks.map((block, index) => [block, outcomeOf(path.join(folder, String(index)))]));
}

/** The TypeScript of a page as one program, each line on the number that it has on the page; null: there is none. */
function programOf(blocks: readonly Block[], texts: readonly string[]): string | null {
  const lines: string[] = [];
  for (const [index, { language, line }] of blocks.entries()) {
    if (language !== "ts") continue;
    while (lines.length < line) lines.push("");
    lines.push(...(texts[index] ?? "").split("\n"));
  }
  return lines.length === 0 ? null : `${lines.join("\n")}\n`;
}
