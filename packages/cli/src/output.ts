/** Prints results to standard output, and everything else to standard error. */
import { hasColors } from "./colors.ts";
import type { CliError } from "./errors.ts";
import { type Column, fitTable, tabSeparated } from "./table.ts";
import { oneLine } from "./terminal-text.ts";

const DEFAULT_WIDTH = 80;

export interface Output {
  isJson: boolean;
  /** Standard output is a terminal. */
  isTerminal: boolean;
  isColored: boolean;
  /** Prints a result as JSON on one line. */
  json(document: unknown): void;
  /** Prints a line of a result. */
  line(text: string): void;
  /** Prints rows: as a table on a terminal, else as tab-separated values. */
  table<Item>(columns: readonly Column<Item>[], items: readonly Item[]): void;
  /** Prints a remark, unless the output is JSON. */
  note(text: string): void;
  error(error: CliError): void;
  /** Replaces the status line below the output; empty removes it. Shown only to people: on a terminal and without JSON. */
  status(line: string): void;
  /** Cells in a line of the terminal. */
  width(): number;
}

/** Creates the output of a process. */
export function createOutput(
  { stdout, stderr, env }: Pick<NodeJS.Process, "stdout" | "stderr" | "env">,
  { isJson, isColorless }: { isJson: boolean; isColorless: boolean },
): Output {
  const isTerminal = stdout.isTTY;
  const hasStatus = stderr.isTTY && !isJson;
  const isColored = hasColors(isTerminal, env, isColorless);
  let shown = "";
  const status = (line: string) => {
    if (!hasStatus || line === shown) return;
    stderr.write(`\r\u001B[2K${line}`);
    shown = line;
  };
  /** Prints above the status line. */
  const printAbove = (print: () => void) => {
    const before = shown;
    status("");
    print();
    status(before);
  };
  const line = (text: string) => printAbove(() => stdout.write(`${text}\n`));
  const say = (text: string) => printAbove(() => stderr.write(`${text}\n`));
  const width = () => stdout.columns || DEFAULT_WIDTH;
  return {
    isJson,
    isTerminal,
    isColored,
    line,
    status,
    width,
    json: (document) => line(JSON.stringify(document)),
    table(columns, items) {
      if (!isTerminal) return tabSeparated(columns, items).forEach(line);
      if (items.length > 0) fitTable(columns, items, width(), isColored).forEach(line);
    },
    note(text) {
      if (!isJson) say(oneLine(text));
    },
    error: ({ message, problem }) => say(isJson ? JSON.stringify(problem) : `tocsin: ${oneLine(message)}`),
  };
}
