/** npx as the docs name it: programs of the project are run; wrangler, too: something answers for Cloudflare. */
import { existsSync, readFileSync } from "node:fs";
import { asTheReader, fail, newAlerts, untilFirstLine } from "./reader.ts";
import { type WranglerCommands, wranglerProblem } from "./wrangler-problem.ts";

/** The project's own programs, which `npx` finds by the name in package.json. */
function ownProgram(name: string): string | undefined {
  const { bin = {} } = JSON.parse(readFileSync("package.json", "utf8")) as { bin?: Record<string, string> };
  return bin[name];
}

/** Commands of ours that go on until they are left, and are left at their first line. */
const GO_ON = new Set(["alerts tail"]);

/** Programs that are not of the project, with the commands of theirs that pages name and why they are not run. */
const OTHERS = new Map([
  ["neonctl", { why: "requireScope an account of Neon", commands: ["branches create", "connection-string"] }],
]);

/** Commands of wrangler that wait for a browser. */
const WAITS_FOR_BROWSER = new Set(["login"]);

/** Commands of wrangler that need no account. */
const isLocal = (words: string[]): boolean => words.includes("--dry-run") || words.includes("--help");

async function npx(words: string[]): Promise<void> {
  const [name = "", ...given] = words;
  const own = ownProgram(name);
  if (own !== undefined) {
    const goesOn = GO_ON.has(given.slice(0, 2).join(" ")) && !given.includes("--help");
    if (goesOn) await untilFirstLine("node", [own, ...given], newAlerts());
    asTheReader("node", [own, ...given], process.env.ROOT_API_KEY);
  }
  const other = OTHERS.get(name);
  if (other) {
    const isKnown = other.commands.some((command) => given.join(" ").startsWith(command));
    return isKnown ? undefined : fail(`${name} ${other.why}, and no rule knows ${given.join(" ")}`);
  }
  if (name === "wrangler" && !isLocal(given)) {
    const commands = JSON.parse(readFileSync(process.env.WRANGLER_COMMANDS ?? "", "utf8")) as WranglerCommands;
    const problem = wranglerProblem(given, commands, readFileSync("wrangler.toml", "utf8"));
    if (problem !== null) fail(problem);
    if (WAITS_FOR_BROWSER.has(given[0] ?? "")) return;
  }
  if (!existsSync(`node_modules/.bin/${name}`)) fail(`${name} is no program of the project`);
  asTheReader("npx", words, "a value that the reader types");
}

await npx(process.argv.slice(2));
