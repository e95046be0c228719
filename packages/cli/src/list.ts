/** Lists: a page, or all of them, as one. */
import type { Options, Values } from "./command.ts";
import { UsageError } from "./errors.ts";
import type { Output } from "./output.ts";
import type { Column } from "./table.ts";

/** The options of every list. */
export const PAGE_OPTIONS = {
  limit: { type: "string", value: "COUNT", summary: "How many to give at most, to 200; by default 50" },
  cursor: { type: "string", value: "CURSOR", summary: "Go on where the page before ended" },
  all: { type: "boolean", summary: "Every page" },
} as const satisfies Options;

interface Page<Item> {
  data: Item[];
  nextCursor: string | null;
}

/** The largest page that the API gives. */
const LARGEST = 200;

/** Reads a list by its pages, and prints it. @param read gets a page */
export async function printList<Item>(
  output: Output,
  columns: readonly Column<Item>[],
  { all, cursor, limit }: Values<typeof PAGE_OPTIONS>,
  read: (query: { cursor: string | undefined; limit: number | undefined }) => Promise<Page<Item>>,
): Promise<void> {
  if (limit !== undefined && !/^\d{1,9}$/.test(limit)) throw new UsageError(`--limit is a number, not "${limit}"`);
  const size = limit === undefined ? (all ? LARGEST : undefined) : Number(limit);
  let page = await read({ cursor, limit: size });
  const pages = [page];
  while (all && page.nextCursor !== null) {
    page = await read({ cursor: page.nextCursor, limit: size });
    pages.push(page);
  }
  const data = pages.flatMap((one) => one.data);
  if (output.isJson) return output.json(pages.length === 1 ? page : { data, nextCursor: page.nextCursor });
  output.table(columns, data);
  if (data.length === 0 && output.isTerminal) output.note("None.");
  if (page.nextCursor !== null) output.note(`There are more: --all, or --cursor ${page.nextCursor}`);
}
