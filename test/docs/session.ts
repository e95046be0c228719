/** Runs the commands and programs of a page in one shell, as a reader who follows the page. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { environmentFor, examplesFor, fillIn, type Reader } from "./environment.ts";
import type { Block, Page } from "./markdown.ts";

export interface Outcome {
  state: "passed" | "failed" | "not reached";
  output: string;
}

/** A failure ends the session, and so does an unset variable. */
const PRELUDE = "set -euo pipefail";

/** Time limit of a page. */
const PAGE_TIMEOUT_MS = 500_000;

/** The help of a command, under a heading that names it: `### tocsin alerts list`. */
const isCommandHelp = ({ language, heading }: Block): boolean =>
  language === "text" && /^tocsin( [a-z-]+)*$/.test(heading);

/** The commands of a block, or the examples in the help of a command. Empty: none. */
export function commandsOf(block: Block, { file }: Page): string {
  if (isCommandHelp(block)) return (block.text.split(/^Examples:$/m)[1] ?? "").replaceAll(/^ +/gm, "").trim();
  // On a provider page, `…` replaces a part of another product's command.
  const isCut = file.startsWith("docs/providers/") && block.text.includes("…");
  return block.language === "ts" || (block.language === "sh" && !isCut) ? block.text : "";
}

/**
 * Runs blocks in their order. All `ts` blocks are one program, type-checked and run at the place of the last one.
 * @param blocks that have commands
 */
export async function runSession(page: Page, blocks: readonly Block[], reader: Reader): Promise<Map<Block, Outcome>> {
  const folder = path.join(reader.clone, ".tocsin", "docs", page.file.replaceAll(/\W/g, "-"));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const texts: string[] = [];
  for (const block of blocks) texts.push(await fillIn(commandsOf(block, page), page.file, reader));
  const isProgram = ({ language }: Block) => language === "ts";
  const last = blocks.findLast(isProgram);
  if (last)
    writeProgram(
      folder,
      texts.filter((_, index) => isProgram(blocks[index]!)),
      reader,
    );

  const steps: string[] = [];
  for (const [index, block] of blocks.entries()) {
    const step = path.join(folder, String(index));
    // The examples of each command are independent. The other blocks of a page build on each other.
    const examples = isCommandHelp(block) ? await examplesFor(texts[index]!, reader) : {};
    const exports = Object.entries(examples).map(([name, value]) => `export ${name}='${value}'\n`);
    const secretFile = String.raw`if [[ -v SECRET ]]; then printf '%s\n' "$SECRET" >secret.txt; fi`;
    writeFileSync(`${step}.sh`, `${exports.join("")}${secretFile}\n${texts[index]}\n`);
    const program =
      block === last
        ? `(cd ${folder} && ./check)
node ${folder}/program.ts`
        : ":";
    const command = isProgram(block) ? program : `source ${step}.sh`;
    steps.push(
      `exec >${step}.out 2>&1`,
      `export EXPECTED_STATUS=${/^status=(\d{3})$/.exec(block.note)?.[1] ?? ""}`,
      command,
      `touch ${step}.done`,
    );
  }
  writeFileSync(path.join(folder, "session.sh"), [PRELUDE, ...steps].join("\n"));
  const shell = spawn("bash", ["--noprofile", "--norc", path.join(folder, "session.sh")], {
    cwd: reader.clone,
    env: { ...environmentFor(page.file, reader), ...(await examplesFor(texts.join("\n"), reader)) },
    stdio: "ignore",
    // Its own group, so that everything it started can be killed.
    detached: true,
  });
  const timeout = setTimeout(() => process.kill(-(shell.pid ?? 0), "SIGKILL"), PAGE_TIMEOUT_MS);
  await once(shell, "close");
  clearTimeout(timeout);

  const outcomeOf = (step: string): Outcome => {
    if (!existsSync(`${step}.out`)) return { state: "not reached", output: "" };
    return { state: existsSync(`${step}.done`) ? "passed" : "failed", output: readFileSync(`${step}.out`, "utf8") };
  };
  return new Map(blocks.map((block, index) => [block, outcomeOf(path.join(folder, String(index)))]));
}

/** Writes a program and how it is type-checked. */
function writeProgram(folder: string, texts: readonly string[], { clone }: Reader): void {
  writeFileSync(path.join(folder, "program.ts"), texts.join("\n"));
  const config = {
    extends: path.join(clone, "tsconfig.worker.json"),
    compilerOptions: { types: ["node"], lib: ["ES2024", "DOM", "DOM.Iterable"], noUnusedLocals: false },
    include: ["program.ts"],
  };
  writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify(config));
  const compiler = path.join(clone, "node_modules/typescript-7/bin/tsc");
  writeFileSync(path.join(folder, "check"), `#!/bin/sh\nexec node ${compiler} -p . --pretty false\n`, { mode: 0o755 });
}
