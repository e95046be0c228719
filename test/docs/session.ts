/** A page's commands and programs, run one after the other in one shell, as somebody would who follows the page. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { examplesIn, isCommandHelp } from "./command-help.ts";
import type { Block } from "./markdown.ts";
import { environmentFor, forSource, thingsFor, withExamplesFilled, type World } from "./world.ts";

export interface Outcome {
  state: "passed" | "failed" | "never reached";
  output: string;
}

/** Where a page's scripts and their output are kept. */
export const sessionFolder = (file: string, { clone }: World): string =>
  path.join(clone, ".tocsin", "docs", file.replaceAll(/\W/g, "-"));

/** A failure ends the session, and so does a variable that nothing set; zsh's functions are where it has them. */
const PRELUDE = 'set -euo pipefail\nfpath=("" "$HOME/.zsh")';

/** Where a reader has the secret of the integration that a block names. */
const SECRET_FILE = String.raw`if [[ -v SECRET ]]; then printf '%s\n' "$SECRET" >secret.txt; fi`;

/** What a block has its reader run. */
const commandsOf = (block: Block): string => (isCommandHelp(block) ? examplesIn(block) : block.text);

/** A page that is not through by then never will be. */
const LONGEST_MS = 500_000;

/** What became of each block that was run. */
export type Session = ReadonlyMap<Block, Outcome>;

/** The status that a block says every request of it is answered with: `sh status=401`. */
const expectedStatus = ({ note }: Block): string => /^status=(\d{3})$/.exec(note)?.[1] ?? "";

/**
 * Runs blocks of a page: those in `sh`, and the examples of commands, are read by bash, those in `ts` are one program, which is run where the last one stands.
 * @param file the page
 * @param blocks of it, in their order
 */
export async function runSession(file: string, blocks: readonly Block[], world: World): Promise<Session> {
  if (blocks.length === 0) return new Map();
  const folder = sessionFolder(file, world);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const provider = /^docs\/providers\/(.+)\.md$/.exec(file)?.[1];
  const filled = await Promise.all(blocks.map((block) => withExamplesFilled(commandsOf(block), world)));
  const texts = provider === undefined ? filled : await forSource(filled, provider, world);
  const program = programOf(blocks, texts);
  const lastOfProgram = blocks.findLast(({ language }) => language === "ts");

  const steps: string[] = [];
  for (const [index, block] of blocks.entries()) {
    const step = path.join(folder, String(index));
    const text = texts[index] ?? "";
    // Each command's examples stand for themselves; the blocks of a page go on from each other.
    const things = isCommandHelp(block) ? await thingsFor(text, world) : {};
    const given = Object.entries(things).map(([name, value]) => `export ${name}='${value}'\n`);
    writeFileSync(`${step}.sh`, `${given.join("")}${SECRET_FILE}\n${text}\n`);
    const runProgram = block === lastOfProgram ? `node ${folder}/program.ts` : ":";
    steps.push(
      `exec >${step}.out 2>&1`,
      `export EXPECTED_STATUS=${expectedStatus(block)}`,
      block.language === "ts" ? runProgram : `source ${step}.sh`,
      `touch ${step}.done`,
    );
  }
  if (program !== null) writeFileSync(path.join(folder, "program.ts"), program);
  writeFileSync(path.join(folder, "session.sh"), [PRELUDE, ...steps].join("\n"));
  const shell = spawn("bash", ["--noprofile", "--norc", path.join(folder, "session.sh")], {
    cwd: world.clone,
    env: { ...(await environmentFor(file, world)), ...(await thingsFor(texts.join("\n"), world)) },
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
