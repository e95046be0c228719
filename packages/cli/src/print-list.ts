/** Lists: one page, or all pages as one. */
import { type Command, InvalidArgumentError } from "commander";
import type { Output } from "./output.ts";
import type { Column } from "./table.ts";

export interface PageOptions {
  limit?: number;
  cursor?: string;
  all?: true;
}

/** Adds the options of every list. */
export const addPageOptions = (command: Command): Command =>
  command
    .option("--limit <count>", "rows in a page, at most 200 (default: 50)", parseCount)
    .option("--cursor <cursor>", "continue after the previous page")
    .option("--all", "read all pages");

interface Page<Item> {
  data: Item[];
  nextCursor: string | null;
}

/** The largest page of the API. */
const MAX_PAGE_ROWS = 200;

/** Reads a list page by page, and prints it. */
export async function printList<Item>(
  output: Output,
  columns: readonly Column<Item>[],
  { all, cursor, limit = all ? MAX_PAGE_ROWS : undefined }: PageOptions,
  readPage: (query: { cursor: string | undefined; limit: number | undefined }) => Promise<Page<Item>>,
): Promise<void> {
  let page = await readPage({ cursor, limit });
  const pages = [page];
  while (all && page.nextCursor !== null) {
    page = await readPage({ cursor: page.nextCursor, limit });
    pages.push(page);
  }
  const data = pages.flatMap((one) => one.data);
  if (output.isJson) return output.json(pages.length === 1 ? page : { data, nextCursor: page.nextCursor });
  output.table(columns, data);
  if (data.length === 0 && output.isTerminal) output.note("No results.");
  if (page.nextCursor !== null) output.note(`More results: use --all, or --cursor ${page.nextCursor}`);
}

function parseCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("Use a number.");
  return Number(text);
}
