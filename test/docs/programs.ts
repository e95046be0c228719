/** Fakes of `npm`, `npx` and `tocsin` for the docs: most commands run, the others are checked. `bin/` calls this. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { fstatSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";

/** npm scripts that are not run here: they take minutes, need an account or a browser, or have their own tests. */
const NOT_RUN = /^(test(:.*)?|check|format|bench(:.*)?|db:baseline|deploy|docs(:screenshots)?|build|sbom|lock:check)$/;

const { READERS_PATH, WELCOME = "", SERVICE_URL = "", ROOT_API_KEY = "" } = process.env;
/** The program that `npm ci` links as `tocsin`. */
const TOCSIN = "packages/cli/dist/tocsin.js";

const env = { ...process.env, PATH: READERS_PATH };

function fail(reason: string): never {
  console.error(reason);
  process.exit(1);
}

/** Runs the real program with the input of the session. Without any, it types `typed`. */
function runProgram(program: string, args: string[], typed?: string): never {
  // Input that a page pipes in is a pipe or a file; that of the session is a device.
  const isAsked = typed !== undefined && fstatSync(0).isCharacterDevice();
  const { status, error } = spawnSync(program, args, {
    stdio: [isAsked ? "pipe" : "inherit", "inherit", "inherit"],
    ...(isAsked && { input: `${typed}\n` }),
    env,
  });
  if (error) fail(error.message);
  process.exit(status ?? 1);
}

function npm(args: string[]): void {
  const [verb = "", name = ""] = args.filter((word) => word !== "--silent");
  // The service runs already.
  if (verb === "start") return void process.stdout.write(readFileSync(WELCOME, "utf8"));
  if (verb === "ci" || verb === "install") return;
  const script = verb === "run" ? name : verb;
  const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };
  const command = scripts[script] ?? fail(`package.json has no script ${script}`);
  if (!NOT_RUN.test(script)) return runProgram("npm", args);
  // Options must occur in the file that the script runs.
  const [file] = /scripts\/[\w/-]+\.ts/.exec(command) ?? [];
  const text = file === undefined ? "" : readFileSync(file, "utf8");
  for (const option of args
    .slice(args.indexOf("--") + 1)
    .filter((word) => word.startsWith("--") && word !== "--silent")) {
    const isKnown = new RegExp(`\\b${option.slice(2).replace(/=.*/, "")}\\b`).test(text);
    if (args.includes("--") && !isKnown) fail(`${file ?? command} takes no ${option}`);
  }
}

async function npx([name = "", ...args]: string[]): Promise<void> {
  if (name === "tocsin") return tocsin(args);
  // Needs an account at Neon.
  if (name === "neonctl") return;
  if (name !== "wrangler") fail(`no rule for npx ${name}`);
  if (args.includes("--dry-run") || args.includes("--help")) return runProgram("wrangler", args);
  // Everything else needs an account at Cloudflare: the command and its options must exist.
  const help = (words: string[]) => {
    const { stdout, stderr } = spawnSync("wrangler", [...words, "--help"], { env, encoding: "utf8" });
    return stdout + stderr;
  };
  const words = args.slice(0, args.findIndex((word, index) => index > 0 && !/^[a-z-]+$/.test(word)) >>> 0 || undefined);
  const command = words.filter((word) => /^[a-z]+$/.test(word)).slice(0, 2);
  const text = help(command);
  if (/Unknown argument|unknown command/i.test(text)) fail(`wrangler has no command ${command.join(" ")}`);
  for (const option of args.filter((word) => word.startsWith("--"))) {
    if (!text.includes(option.replace(/=.*/s, ""))) fail(`wrangler ${command.join(" ")} takes no ${option}`);
  }
}

/** Commands that run until they are interrupted get one line to print. */
async function tocsin(args: string[]): Promise<void> {
  const isEndless = args.slice(0, 2).join(" ") === "alerts tail" && !args.includes("--help");
  if (!isEndless) return runProgram("node", [TOCSIN, ...args], process.env.ROOT_API_KEY);
  const child = spawn("node", [TOCSIN, ...args], { stdio: ["inherit", "pipe", "inherit"], env });
  const opening = setInterval(() => void openAlert(), 1000);
  const lines = createInterface(child.stdout);
  const [line] = await Promise.race([once(lines, "line"), once(lines, "close").then(() => [])]);
  clearInterval(opening);
  child.kill();
  console.log(String(line ?? fail("tocsin alerts tail printed nothing")));
}

async function openAlert(): Promise<void> {
  const post = (url: string, headers: Record<string, string>, body: object) =>
    fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  const settings = { name: "Tail", provider: "generic", verification: { scheme: "token" } };
  const reply = await post(`${SERVICE_URL}/v1/integrations`, { authorization: `Bearer ${ROOT_API_KEY}` }, settings);
  const { ingestUrl, secret } = (await reply.json()) as { ingestUrl: string; secret: string };
  await post(ingestUrl, { "x-tocsin-token": secret }, { title: "Something happens", severity: "critical" });
}

const [program = "", ...args] = process.argv.slice(2);
if (program === "npm") npm(args);
else await npx(program === "npx" ? args : [program, ...args]);
