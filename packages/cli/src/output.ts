/** Where everything that is printed goes: results to standard output, all that is said about them to standard error. */
import { hasColors } from "./colors.ts";
import type { CliError } from "./errors.ts";
import { type Column, fitted, tabSeparated } from "./table.ts";
import { oneLine } from "./text.ts";

const DEFAULT_WIDTH = 80;

export interface Output {
  isJson: boolean;
  /** Somebody watches standard error: progress is worth telling. */
  isInteractive: boolean;
  isColored: boolean;
  isTerminal: boolean;
  /** A result as JSON, on one line. */
  json(document: unknown): void;
  /** A line of a result. */
  line(text: string): void;
  /** Rows: a table on a terminal, tab-separated values for programs. */
  table<Item>(columns: readonly Column<Item>[], items: readonly Item[]): void;
  /** Something worth knowing that is no result. */
  note(text: string): void;
  error(error: CliError): void;
  /** What the present line of the terminal shows, until the next; empty: nothing. */
  status(line: string): void;
  /** Of the terminal behind standard error, in cells. */
  statusWidth(): number;
  /** Of the terminal behind standard output, in cells. */
  width(): number;
}

/** The output of a process. */
export function createOutput(
  { stdout, stderr, env }: Pick<NodeJS.Process, "stdout" | "stderr" | "env">,
  { isJson, isColorless }: { isJson: boolean; isColorless: boolean },
): Output {
  const isTerminal = stdout.isTTY;
  const isInteractive = stderr.isTTY && !isJson;
  const isColored = hasColors(isTerminal, env, isColorless);
  let shown = "";
  const status = (line: string) => {
    if (line === shown) return;
    stderr.write(`\r\u001B[2K${line}`);
    shown = line;
  };
  /** Lines come above what the status shows. */
  const above = (write: () => void) => {
    const before = shown;
    if (before !== "") status("");
    write();
    if (before !== "") status(before);
  };
  const line = (text: string) => above(() => stdout.write(`${text}\n`));
  const say = (text: string) => above(() => stderr.write(`${text}\n`));
  const width = () => stdout.columns || DEFAULT_WIDTH;
  return {
    width,
    isJson,
    isInteractive,
    isColored,
    isTerminal,
    line,
    status,
    json: (document) => line(JSON.stringify(document)),
    table(columns, items) {
      if (!isTerminal) return tabSeparated(columns, items).forEach(line);
      if (items.length > 0) fitted(columns, items, width(), isColored).forEach(line);
    },
    note(text) {
      if (!isJson) say(oneLine(text));
    },
    error: ({ message, problem }) => say(isJson ? JSON.stringify(problem) : `tocsin: ${oneLine(message)}`),
    statusWidth: () => stderr.columns || DEFAULT_WIDTH,
  };
}
