/** npm as the docs name it: what is quick is run, what runs by itself elsewhere must be there. */
import { readFileSync } from "node:fs";
import { asTheReader, fail } from "./reader.ts";

/** Scripts that a block may name and that are not run for it: why not, and what is looked at instead. */
const RUN_ELSEWHERE = new Map([
  ["test", "CI runs it first, and it takes minutes"],
  ["check", "CI runs it last"],
  ["format", "CI runs format:check"],
  ["test:alertmanager", "CI runs it by itself; requireScope a program"],
  ["test:prometheus", "CI runs it by itself; requireScope a program"],
  ["bench:retention", "takes an hour"],
  ["test:console", "CI runs it by itself; requireScope a browser"],
  ["test:docs", "is what runs"],
  ["test:faults", "CI runs it by itself, and it takes minutes"],
  ["test:upgrade", "CI runs it by itself, and it takes a minute"],
  ["release:keep", "writes to the repository what only a release may"],
  ["bench", "takes minutes, and wrk"],
  ["bench:subscriptions", "takes minutes"],
  ["bench:api", "takes minutes"],
  ["db:baseline", "requireScope a database of before there was a history of migrations; test/database makes one"],
  ["deploy", "requireScope Cloudflare, and a Worker behind it that answers: its own tests have both"],
  ["docs:screenshots", "requireScope a browser; test:console visits the same pages"],
]);

function scripts(): Map<string, string> {
  const { scripts: all } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };
  return new Map(Object.entries(all));
}

/** The options that are given behind `--` must stand in what the script runs. */
function assertOptions(command: string, given: string[]): void {
  const [file] = /scripts\/[\w/-]+\.ts/.exec(command) ?? [];
  for (const option of given.filter((argument) => argument.startsWith("--"))) {
    const name = option.slice(2).replace(/=.*/, "");
    const isKnown = file !== undefined && new RegExp(`\\b${name}\\b`).test(readFileSync(file, "utf8"));
    if (!isKnown) fail(`${file ?? command} takes no ${option}`);
  }
}

function npm(given: string[]): void {
  const words = given.filter((word) => word !== "--silent");
  const [verb = "", name = ""] = words;
  if (verb === "start") {
    // It runs already, on another port: what it said stands for what it would say.
    process.stdout.write(readFileSync(process.env.WELCOME ?? "", "utf8"));
    return;
  }
  // The packages are those of the project.
  if (verb === "ci" || verb === "install") {
    if (words.length > 1) fail(`no rule for npm ${words.join(" ")}`);
    return;
  }
  const script = verb === "run" ? name : verb;
  const command = scripts().get(script) ?? fail(`package.json has no script ${script}`);
  if (!RUN_ELSEWHERE.has(script)) return asTheReader("npm", given);
  const options = words.indexOf("--");
  if (options !== -1) assertOptions(command, words.slice(options + 1));
}

npm(process.argv.slice(2));
