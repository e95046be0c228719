/** What each fenced block of the docs must be: the first rule that takes a block holds it to what it says. */
import { parseAllDocuments } from "yaml";
import { callsOf, readDocument, Validator } from "../support/openapi.ts";
import { helpProblem, isCommandHelp } from "./command-help.ts";
import { bracketProblem, configProblem, httpProblem, sqlProblem, syntaxProblem } from "./languages.ts";
import type { Block, Page } from "./markdown.ts";
import { differs } from "./output.ts";
import { runSession, type Session } from "./session.ts";
import { typeProblems } from "./types.ts";
import type { World } from "./world.ts";

// By a path that the type check does not follow: the Worker's types and Node's do not go together.
const IDENTITY_PROVIDERS = "../../src/api/session/identity-providers.ts";

const { identityProviders } = (await import(IDENTITY_PROVIDERS)) as {
  identityProviders: (env: { OIDC_PROVIDERS: string }) => unknown[];
};

interface Rule {
  name: string;
  takes(block: Block): boolean;
  /** What is wrong with a block; null: nothing. */
  problem(block: Block, session: Session, world: World): string | null | Promise<string | null>;
}

const isSource = ({ file }: Block): boolean => /^docs\/providers\/.+\.md$/.test(file);

/** A command of another program, cut short with dots. */
const isCutShort = (block: Block): boolean => isSource(block) && block.text.includes("…");

/** Whether a block is run, in the session of its page. */
const isRun = (block: Block): boolean =>
  block.language === "ts" || (block.language === "sh" && !isCutShort(block)) || isCommandHelp(block);

/** Without a language, or with a word that says as much. */
const isPlain = ({ language }: Block): boolean => ["", "text", "console"].includes(language);

/** How a block that is run ended; null: well. */
function runProblem(block: Block, session: Session): string | null {
  const { state, output } = session.get(block) ?? { state: "never reached", output: "" };
  if (state === "passed") return null;
  return state === "failed" ? `fails:\n${output.trim()}` : "is never reached, since one before it fails";
}

const follows = ({ previous }: Block, ...languages: string[]): boolean =>
  previous !== null && languages.includes(previous.language);

const document = readDocument();
const validator = new Validator(document);

const RULES: readonly Rule[] = [
  {
    name: "a command of another program: bash can read it",
    takes: (block) => block.language === "sh" && isCutShort(block),
    problem: ({ text }) => syntaxProblem(text),
  },
  {
    name: "what a command of ours says of itself: `--help` prints it, and its examples run",
    takes: isCommandHelp,
    problem: (block, session, world) => helpProblem(block, world) ?? runProblem(block, session),
  },
  { name: "commands and programs: they run, and end well", takes: isRun, problem: runProblem },
  {
    name: "what the commands before it print",
    takes: (block) =>
      (isPlain(block) || (block.language === "json" && block.note === "")) && follows(block, "sh", "ts"),
    problem({ text, previous }, session) {
      const { state, output } = (previous && session.get(previous)) ?? { state: "never reached", output: "" };
      // Its commands failed, which is said of them.
      if (state !== "passed") return null;
      const difference = differs(text, output);
      return difference && `${difference}. The commands before it printed:\n${output.trim()}`;
    },
  },
  {
    name: "the template of a source, in JSON but for what it fills in",
    takes: (block) => isSource(block) && block.language === "json",
    problem: ({ text }) => withValue(text.replaceAll(/(?<=:\s*)\{\w+\}/g, "null"), () => null),
  },
  {
    name: "JSON of a kind that it names: a schema of the OpenAPI document, the body of an operation, or a setting",
    takes: ({ language, note }) => language === "json" && note !== "",
    problem: ({ text, note }) => withValue(text, (value) => kindProblem(note, value)),
  },
  { name: "JSON", takes: ({ language }) => language === "json", problem: ({ text }) => withValue(text, () => null) },
  {
    name: "YAML",
    takes: ({ language }) => language === "yaml",
    problem: ({ text }) => parseAllDocuments(text).flatMap(({ errors }) => errors)[0]?.message ?? null,
  },
  {
    name: "TOML: of wrangler, but in the pages of sources",
    takes: ({ language }) => language === "toml",
    problem: (block) => configProblem(block.text, { isWranglers: !isSource(block) }),
  },
  {
    name: "a delivery: its route is ours, and its body is what it says",
    takes: ({ language }) => language === "http",
    problem: ({ text }) => httpProblem(text, document),
  },
  {
    name: "JavaScript and scripts that somebody else's program runs: their syntax",
    takes: ({ language }) => language === "js" || language === "bash",
    problem: ({ language, text }) => syntaxProblem(text, language),
  },
  {
    name: "what a source's own program reads, in a language that nothing here reads: its brackets",
    takes: (block) =>
      isSource(block) && ["", "text", "xml", "powershell", "handlebars", "velocity"].includes(block.language),
    problem: ({ text }) => bracketProblem(text),
  },
  {
    name: "SQL: Postgres can read it",
    takes: ({ language }) => language === "sql",
    problem: async ({ text }, _, world) => sqlProblem(text, (await world.postgres()).url),
  },
  {
    name: "a drawing: no wider than a page",
    takes: (block) => isPlain(block) && /[─│┌└▶▼]/.test(block.text),
    problem({ text }) {
      const widest = Math.max(...text.split("\n").map((line) => line.length));
      return widest > 125 ? `is ${widest} columns wide` : null;
    },
  },
  {
    name: "text for somebody else's program, and said to be that: its brackets",
    takes: ({ language }) => language === "text",
    problem: ({ text }) => bracketProblem(text),
  },
];

const NO_RULE =
  "falls under no rule: say what it is (sh, ts, json, yaml, toml, http, …), or put it right behind the commands that print it";

/** Runs what a page would have its reader run, and gives what is wrong with its blocks: file and line, and why. */
export async function blockProblems({ file, blocks }: Page, world: World): Promise<string[]> {
  const run = blocks.filter(isRun);
  const session = await runSession(file, run, world);
  const problems: string[] = [];
  for (const block of blocks) {
    const rule = RULES.find(({ takes }) => takes(block));
    const problem = rule ? await rule.problem(block, session, world) : NO_RULE;
    if (problem !== null) problems.push(`${file}:${block.line}: ${problem}`);
  }
  return run.some(({ language }) => language === "ts") ? [...problems, ...typeProblems(file, world)] : problems;
}

function withValue(text: string, problem: (value: unknown) => string | null): string | null {
  try {
    return problem(JSON.parse(text));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** @param kind `Alert`, `POST /v1/integrations` or `OIDC_PROVIDERS` */
function kindProblem(kind: string, value: unknown): string | null {
  if (kind === "OIDC_PROVIDERS") {
    // What stands in angle brackets is the reader's.
    identityProviders({ OIDC_PROVIDERS: JSON.stringify(value).replaceAll(/<[^>]*>/g, "x") });
    return null;
  }
  const [method = "", route = ""] = kind.split(" ");
  const schema =
    document.components.schemas?.[kind] ??
    callsOf(document).find((call) => call.method === method && call.path === route)?.body?.schema;
  if (!schema) return `the OpenAPI document has no ${kind}`;
  return validator.errors(schema, value)[0] ?? null;
}
