/** Lists: one page, or all pages as one. */
import { type Command, InvalidArgumentError } from "commander";
import type { Output } from "./output.ts";
import type { Column } from "./table.ts";

/** The largest page of the API. */
const MAX_PAGE_ROWS = 200;

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

interface PageQuery {
  cursor: string | undefined;
  limit: number | undefined;
}

/** Reads all pages of a list as one. */
export async function readAll<Item>(
  readPage: (query: PageQuery) => Promise<Page<Item>>,
  { cursor, limit = MAX_PAGE_ROWS }: Partial<PageQuery> = {},
): Promise<Page<Item>> {
  const first = await readPage({ cursor, limit });
  const data = [...first.data];
  let { nextCursor } = first;
  while (nextCursor !== null) {
    const page = await readPage({ cursor: nextCursor, limit });
    data.push(...page.data);
    nextCursor = page.nextCursor;
  }
  return { ...first, data, nextCursor };
}

/** Reads a list page by page, and prints it. */
export async function printList<Item>(
  output: Output,
  columns: readonly Column<Item>[],
  { all, cursor, limit }: PageOptions,
  readPage: (query: PageQuery) => Promise<Page<Item>>,
): Promise<void> {
  const page = all ? await readAll(readPage, { cursor, limit }) : await readPage({ cursor, limit });
  if (output.isJson) return output.json(page);
  const { data } = page;
  output.table(columns, data);
  if (data.length === 0 && output.isTerminal) output.note("No results.");
  if (page.nextCursor !== null) output.note(`More results: use --all, or --cursor ${page.nextCursor}`);
}

function parseCount(text: string): number {
  const count = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > MAX_PAGE_ROWS) throw new InvalidArgumentError(`Use a number from 1 to ${MAX_PAGE_ROWS}.`);
  return count;
}
