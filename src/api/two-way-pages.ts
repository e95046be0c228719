/** Pages of lists that can be read in both directions. A cursor holds the sort, the direction and the position. */
import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Order, Position } from "../db/keyset.ts";
import { fromBase64, toBase64Url, utf8 } from "../lib/bytes.ts";
import { isUuid } from "../lib/ids.ts";
import { invalidCursor, pageOf, pageQuery } from "./pagination.ts";

/** Query parameters of a list with pages in both directions. */
export const twoWayPageQuery = {
  ...pageQuery,
  cursor: pageQuery.cursor.openapi({ description: "`nextCursor` or `previousCursor` of another page" }),
};

/** Returns the schema of a page. */
export const twoWayPageOf = <T extends z.ZodType>(item: T) =>
  pageOf(item).extend({
    previousCursor: z.string().nullable().openapi({ description: "Cursor of the page before; null on the first page" }),
  });

/** Where a page starts. The rows before a position are read in the reverse order. */
export interface PageStart {
  position: Position | null;
  order: Order;
}

const DIRECTIONS: Readonly<Record<string, Order>> = { next: "newest first", previous: "oldest first" };

/**
 * Reads a cursor of a list that is sorted in this way.
 * @throws Problem `invalid-request` when it is invalid, or a cursor of another sort
 */
export function readTwoWayCursor(cursor: string | undefined, sort: string): PageStart {
  if (cursor === undefined) return { position: null, order: "newest first" };
  const bytes = fromBase64(cursor);
  const [sortedIn = "", direction = "", sortedBy = "", id = ""] = bytes
    ? new TextDecoder().decode(bytes).split(" ")
    : [];
  const [sorted, rank] = sortedIn.split(".");
  const order = Object.hasOwn(DIRECTIONS, direction) ? DIRECTIONS[direction] : undefined;
  if (sorted !== sort || !order || !/^\d{1,15}$/.test(sortedBy) || !isUuid(id)) throw invalidCursor();
  return { position: { sortedBy: Number(sortedBy), id, ...(rank !== undefined && { rank }) }, order };
}

const writeCursor = (sort: string, direction: string, { sortedBy, id, rank }: Position): string =>
  toBase64Url(utf8(`${sort}${rank === undefined ? "" : `.${rank}`} ${direction} ${sortedBy} ${id}`));

/**
 * Makes a page, and sets `Link` to the pages beside it.
 * @param rows the rows after the start in its order, at most `limit` + 1
 * @param sort the name of the sort, which is in the cursors
 */
export function toTwoWayPage<Row, Item>(
  c: Context,
  rows: readonly Row[],
  limit: number,
  start: PageStart,
  sort: string,
  toItem: (row: Row) => Item,
  positionOf: (row: Row) => Position,
): { data: Item[]; nextCursor: string | null; previousCursor: string | null } {
  const isBackward = start.order === "oldest first";
  const page = isBackward ? rows.slice(0, limit).toReversed() : rows.slice(0, limit);
  const hasMore = rows.length > limit;
  const cursorAt = (direction: "next" | "previous", exists: boolean): string | null => {
    // A page without rows lies beside the position itself.
    const row = page.at(direction === "next" ? -1 : 0);
    const position = row === undefined ? start.position : positionOf(row);
    return exists && position ? writeCursor(sort, direction, position) : null;
  };
  const nextCursor = cursorAt("next", isBackward || hasMore);
  const previousCursor = cursorAt("previous", isBackward ? hasMore : start.position !== null);
  setLinks(c, { next: nextCursor, prev: previousCursor });
  return { data: page.map(toItem), nextCursor, previousCursor };
}

/** Sets `Link` (RFC 8288) to this request with other cursors. */
function setLinks(c: Context, cursors: Readonly<Record<string, string | null>>): void {
  const links = Object.entries(cursors).flatMap(([rel, cursor]) => {
    if (cursor === null) return [];
    const url = new URL(c.req.url);
    url.searchParams.set("cursor", cursor);
    return [`<${url.href}>; rel="${rel}"`];
  });
  if (links.length > 0) c.header("link", links.join(", "));
}
