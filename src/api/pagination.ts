/** Cursor pagination, and the query and path parameters that lists share. */
import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Position } from "../db/keyset.ts";
import { isUuid } from "../lib/ids.ts";
import { fromBase64, toBase64Url, utf8 } from "../lib/bytes.ts";
import { Problem } from "../lib/problem.ts";

/** Makes the query parameter with the maximum number of items of a response. */
export const limitUpTo = (max: number, byDefault: number) =>
  z.coerce
    .number({ error: `expected a whole number from 1 to ${max}` })
    .int()
    .min(1)
    .max(max)
    .default(byDefault)
    .openapi({ description: "Maximum number of items" });

/** Maximum number of items of a response. */
export const limitQuery = limitUpTo(200, 50);

/** Query parameters of every list. */
export const pageQuery = {
  cursor: z.string().min(1).max(200).optional().openapi({ description: "`nextCursor` of the previous page" }),
  limit: limitQuery,
};

/** Returns the schema of a page of a list. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({
    data: z.array(item),
    nextCursor: z.string().nullable().openapi({ description: "Cursor of the next page; null on the last page" }),
  });

/**
 * Makes the problem of a cursor that this API did not issue.
 * @param field the request field with the cursor
 */
export const invalidCursor = (field = "cursor"): Problem =>
  new Problem("invalid-request", `Invalid cursor. Start again without \`${field}\`.`, {
    errors: [{ pointer: `/${field}`, detail: "not a cursor" }],
  });

/** Returns the position of a cursor. @throws Problem `invalid-request` when it is invalid */
export function readCursor(cursor: string | undefined): Position | null {
  if (cursor === undefined) return null;
  const bytes = fromBase64(cursor);
  const [sortedBy, id] = bytes ? new TextDecoder().decode(bytes).split(" ") : [];
  if (!sortedBy || !/^\d{1,15}$/.test(sortedBy) || !id || !isUuid(id)) throw invalidCursor();
  return { sortedBy: Number(sortedBy), id };
}

/** Converts a position to a cursor. */
export const writeCursor = ({ sortedBy, id }: Position): string => toBase64Url(utf8(`${sortedBy} ${id}`));

/**
 * Makes a page, and sets `Link: rel="next"` unless it is the last one.
 * @param rows the rows after the cursor, at most `limit` + 1
 */
export function toPage<Row, Item>(
  c: Context,
  rows: readonly Row[],
  limit: number,
  toItem: (row: Row) => Item,
  positionOf: (row: Row) => Position,
): { data: Item[]; nextCursor: string | null } {
  const data = rows.slice(0, limit);
  const last = data.at(-1);
  if (rows.length <= limit || last === undefined) return { data: data.map(toItem), nextCursor: null };
  const nextCursor = writeCursor(positionOf(last));
  linkNext(c, nextCursor);
  return { data: data.map(toItem), nextCursor };
}

/** Returns the position of a row in a list that is sorted by creation. */
export const createdAtPosition = ({ createdAt, id }: { createdAt: Date; id: string }): Position => ({
  sortedBy: createdAt.getTime(),
  id,
});

/** Sets `Link: rel="next"` (RFC 8288) to this request with another cursor. */
export function linkNext(c: Context, cursor: string): void {
  const url = new URL(c.req.url);
  url.searchParams.set("cursor", cursor);
  c.header("link", `<${url.href}>; rel="next"`);
}

/** Makes the schema of a query parameter that can be repeated: an array, also of a single value. */
export const repeatable = <T extends z.ZodType>(value: T) =>
  z.preprocess((given) => (given === undefined ? undefined : [...new Set([given].flat())]), z.array(value));

const instantQuery = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

/** A time in a request body: ISO 8601 with an offset. */
export const instantIn = instantQuery.openapi({ type: "string", format: "date-time" });

/**
 * Query parameters for a time range.
 * @param what the event whose time is compared, in the past tense: "Received"
 */
export const sinceUntil = (what: string) => ({
  since: instantQuery
    .optional()
    .openapi({ type: "string", format: "date-time", description: `${what} at or after this time` }),
  until: instantQuery
    .optional()
    .openapi({ type: "string", format: "date-time", description: `${what} before this time` }),
});

/** A time in a response: ISO 8601 in UTC. */
export const instant = z.iso.datetime().openapi({ example: "2026-10-01T12:00:00.000Z" });

/** Path parameters of routes for one resource. */
export const idParam = z.object({ id: z.uuid().openapi({ description: "Id of the resource" }) });
