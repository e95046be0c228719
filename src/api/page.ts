import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Position } from "../db/keyset.ts";
import { isUuid } from "../lib/ids.ts";
import { fromBase64, toBase64Url, utf8 } from "../lib/bytes.ts";
import { Problem } from "../lib/problem.ts";

/** A place in a list: what it is sorted by, then the id, so that equal times neither skip nor repeat a row. */
type Cursor = Position;

/** Query parameters of every list. */
export const pageQuery = {
  cursor: z.string().optional().openapi({ description: "`nextCursor` of the page before" }),
  limit: z.coerce.number().int().min(1).max(200).default(50).openapi({ description: "How many to give at most" }),
};

/** The schema of one page of a list. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ data: z.array(item), nextCursor: z.string().nullable() });

/** @throws Problem `invalid-request` when the cursor is none of ours. */
export function readCursor(cursor: string | undefined): Cursor | null {
  if (cursor === undefined) return null;
  const bytes = fromBase64(cursor);
  const [sortedBy, id] = bytes ? new TextDecoder().decode(bytes).split(" ") : [];
  if (!sortedBy || !/^\d{1,15}$/.test(sortedBy) || !id || !isUuid(id)) {
    throw new Problem("invalid-request", "The cursor is not one that a list gave.", {
      errors: [{ pointer: "/cursor", detail: "not a cursor" }],
    });
  }
  return { sortedBy: Number(sortedBy), id };
}

/** The cursor of a place, as clients carry it. */
export const nextCursor = ({ sortedBy, id }: Cursor): string => toBase64Url(utf8(`${sortedBy} ${id}`));

/**
 * Makes a page of rows that were asked for with one more than the limit, and sets `Link: rel="next"` when there is more.
 */
export function toPage<Row, Item>(
  c: Context,
  rows: readonly Row[],
  limit: number,
  toItem: (row: Row) => Item,
  cursorOf: (row: Row) => Cursor,
): { data: Item[]; nextCursor: string | null } {
  const data = rows.slice(0, limit);
  const last = data.at(-1);
  if (rows.length <= limit || last === undefined) return { data: data.map(toItem), nextCursor: null };
  const next = nextCursor(cursorOf(last));
  linkNext(c, next);
  return { data: data.map(toItem), nextCursor: next };
}

/** Sets `Link: rel="next"` (RFC 8288) to the page at a cursor. */
export function linkNext(c: Context, cursor: string): void {
  const url = new URL(c.req.url);
  url.searchParams.set("cursor", cursor);
  c.header("link", `<${url.href}>; rel="next"`);
}

/** A query parameter that may be given several times. */
export const repeatable = <T extends z.ZodType>(value: T) =>
  z.union([value, z.array(value)]).transform((given) => [given].flat() as z.output<T>[]);

/** An instant in a query: ISO 8601 with an offset. */
const instantQuery = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

/** An instant in a body: ISO 8601 with an offset. */
export const instantIn = instantQuery.openapi({ type: "string", format: "date-time" });

/** The query parameters that bound a list in time; `what` says which time of its items counts. */
export const sinceUntil = (what: string) => ({
  since: instantQuery.optional().openapi({ type: "string", format: "date-time", description: `${what} at or after` }),
  until: instantQuery.optional().openapi({ type: "string", format: "date-time", description: `${what} before` }),
});

/** An instant in a reply. */
export const instant = z.iso.datetime().openapi({ example: "2026-10-01T12:00:00.000Z" });

/** A path parameter that is a UUID. */
export const idParam = z.object({ id: z.uuid().openapi({ description: "Its id, as lists and answers give it" }) });
