/** Whether text is what its language says, as far as something here can read it. Each gives what is wrong, or null. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Script } from "node:vm";
import { Ajv } from "ajv";
import pg from "pg";
import { experimental_readRawConfig as readConfig } from "wrangler";
import type { ApiDocument } from "../../scripts/openapi-document.ts";
import { matchesRoute } from "./references.ts";

const ajv = new Ajv({ strict: false });
const isWranglerConfig = ajv.compile(
  JSON.parse(
    readFileSync(path.join(import.meta.dirname, "../../node_modules/wrangler/config-schema.json"), "utf8"),
  ) as object,
);

/** A script in bash, or JavaScript that is the body of a function. */
export function syntaxProblem(text: string, language = "sh"): string | null {
  if (language !== "js") {
    const { status, stderr } = spawnSync("bash", ["-n"], {
      input: text.replaceAll(/<[A-Z_]+>/g, "x"),
      encoding: "utf8",
    });
    return status === 0 ? null : stderr.trim();
  }
  try {
    void new Script(`(function () {${text}\n})`);
    return null;
  } catch (error) {
    return String(error);
  }
}

/** Every bracket has its other one. Angle brackets and what is between quotes are left out. */
export function bracketProblem(text: string): string | null {
  const closes = new Map([
    [")", "("],
    ["]", "["],
    ["}", "{"],
  ]);
  const open: string[] = [];
  for (const character of text.replaceAll(/"[^"\n]*"|'[^'\n]*'/g, "")) {
    if ("([{".includes(character)) open.push(character);
    if (closes.has(character) && open.pop() !== closes.get(character)) return `"${character}" closes nothing`;
  }
  return open.length === 0 ? null : `"${open.at(-1) ?? ""}" is not closed`;
}

/** TOML; of wrangler, as its own schema has it. */
export function configProblem(text: string, { isWranglers }: { isWranglers: boolean }): string | null {
  const folder = mkdtempSync(path.join(tmpdir(), "tocsin-config-"));
  try {
    const file = path.join(folder, "wrangler.toml");
    writeFileSync(file, text);
    const { rawConfig } = readConfig({ config: file });
    if (!isWranglers || isWranglerConfig(rawConfig)) return null;
    return ajv.errorsText(isWranglerConfig.errors, { dataVar: "wrangler.toml" });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A request: a line with method and path, headers, an empty line, a body. */
export function httpProblem(text: string, document: ApiDocument): string | null {
  const [head = "", ...rest] = text.split("\n\n");
  const [line = "", ...headers] = head.split("\n");
  const [method = "", target = ""] = line.split(" ");
  if (!matchesRoute(document, method, target)) return `there is no ${line}`;
  const odd = headers.find((header) => header !== "" && !/^[\w-]+: \S/.test(header));
  if (odd !== undefined) return `"${odd}" is no header`;
  const body = rest.join("\n\n").trim();
  if (!/^[[{]/.test(body)) return body === "" ? "has no body" : null;
  try {
    JSON.parse(body);
    return null;
  } catch (error) {
    return String(error);
  }
}

/** Statements of SQL, which Postgres reads as the body of a function that nobody calls; `…` is a name. */
export async function sqlProblem(text: string, databaseUrl: string): Promise<string | null> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const body = `begin\n${text.replaceAll("…", '"x"')}\nend`;
    await client.query(
      `create function pg_temp.statements() returns void language plpgsql as ${client.escapeLiteral(body)}`,
    );
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    await client.end();
  }
}
