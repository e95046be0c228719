/**
 * Exports as NDJSON or CSV: all rows of a list, oldest first. Rows are read in pages, each over a new connection and only when the client
 * has read the page before, so that neither memory nor time limits the size of an export.
 */
import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { safeMessage } from "../db/errors.ts";
import { type Database, withConnection } from "../db/client.ts";
import type { Position, RowPosition } from "../db/keyset.ts";
import type { AppEnv } from "../lib/app-env.ts";
import { utf8 } from "../lib/bytes.ts";
import { csvLine } from "../lib/csv.ts";
import { includes, narrowTo, type Owned, type Scope, type VisibleTeams } from "../lib/principal.ts";
import { log } from "../lib/log.ts";
import { Problem } from "../lib/problem.ts";
import { assertSameAccess } from "./recheck-access.ts";
import { database } from "./request-scope.ts";

/** Rows per page. */
export const EXPORT_PAGE = 200;

/** Query parameter of every export. */
export const exportQuery = {
  cursor: z.uuid().optional().openapi({ description: "`id` of the last complete line that you received" }),
  format: z
    .enum(["ndjson", "csv"])
    .default("ndjson")
    .openapi({
      description:
        "`csv`: the same fields as columns, with objects as JSON. The first line names them, unless `cursor` is set. Formulas are " +
        "escaped: in texts by a preceding `'`, in JSON by `\\u` escapes. `ndjson` has the exact texts",
    }),
};

// Typed as a string: Hono's types treat a literal with `json` in it as a single JSON document.
const NDJSON: string = "application/x-ndjson";
const CSV: string = "text/csv";

/** `Content-Disposition`, for the headers of a response. */
export const attachmentHeader = {
  "content-disposition": {
    description: "The file name, for browsers that store the response",
    schema: { type: "string" as const },
    example: 'attachment; filename="alerts.ndjson"',
  },
};

/**
 * Makes the 200 response of an export.
 * @param what the exported resources, capitalized
 * @param line the name of the schema of a line. OpenAPI 3.1 has no keyword for it; 3.2 has `itemSchema`
 */
export const exportResponse = (what: string, line: string) => ({
  200: {
    description: `${what}, one ${line} as JSON per line. The connection is aborted when the export fails`,
    headers: {
      ...attachmentHeader,
      "link-template": {
        description: "URL to continue after the line with `{id}` (RFC 9652, `rel=next`)",
        schema: { type: "string" as const },
      },
    },
    content: {
      [NDJSON]: { schema: z.string(), "x-itemSchema": { $ref: `#/components/schemas/${line}` } },
      [CSV]: { schema: z.string() },
    },
  },
});

/** The part of the description that all exports share. */
export const EXPORT_DESCRIPTION =
  "Accepts the filters of the list and has no limit. Contains all rows that existed at the start of the request; rows that arrive " +
  "later may follow, so set `until` to leave them out. If the connection breaks, repeat the request with `cursor` set to the `id` of " +
  "the last complete line. If that row has expired, set `since` to its time instead.";

export interface Export<Row extends Owned & { id: string }> {
  /** Name of the downloaded file, without extension. */
  name: string;
  scope: Scope;
  /** The teams that the filter names; undefined: all. */
  teamIds: readonly string[] | undefined;
  cursor: string | undefined;
  format: "ndjson" | "csv";
  /** The fields of an item, in the order of the columns. */
  columns: readonly string[];
  find: (id: string) => Promise<Row | undefined>;
  timeOf: (row: Row) => Date;
  /** Reads the rows after a position. */
  page: (db: Database, visibleTeams: VisibleTeams, after: Position | RowPosition | null) => Promise<Row[]>;
  /** Whether no row follows a page. */
  isLast: (rows: readonly Row[]) => boolean;
  toItem: (row: Row) => object;
}

/**
 * Streams an export. Errors of the first page become problems; later errors abort the connection, so that a client cannot
 * mistake a partial export for a complete one.
 * @throws Problem `invalid-request` when the cursor is unknown
 */
export async function streamExport<Row extends Owned & { id: string }>(
  c: Context<AppEnv>,
  source: Export<Row>,
): Promise<Response> {
  const visibleTeams = narrowTo(c.get("visibleTeams"), source.teamIds);
  const assertAccess = assertSameAccess(c, source.scope, visibleTeams, source.teamIds);
  const positionOf = (row: Row): Position => ({ sortedBy: source.timeOf(row).getTime(), id: row.id });
  // The position is found in the statement of the page, so that both take one round trip.
  let [, rows] = await Promise.all([
    assertCursor(source, c.get("visibleTeams")),
    source.page(database(c), visibleTeams, source.cursor === undefined ? null : { rowId: source.cursor }),
  ]);

  const nextPage = async (last: Row): Promise<Row[]> => {
    await assertAccess();
    return withConnection(c.env, (db) => source.page(db, visibleTeams, positionOf(last)));
  };
  const toLine = (item: object): string =>
    source.format === "csv"
      ? csvLine(source.columns.map((name) => (item as Record<string, unknown>)[name]))
      : `${JSON.stringify(item)}\n`;
  let head = source.format === "csv" && source.cursor === undefined ? csvLine(source.columns) : "";
  const lines = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const text = head + rows.map((row) => toLine(source.toItem(row))).join("");
        head = "";
        if (text !== "") controller.enqueue(utf8(text));
        const last = rows.at(-1);
        if (!last) return controller.close();
        if (source.isLast(rows)) return controller.close();
        try {
          rows = await nextPage(last);
        } catch (error) {
          log.error("export interrupted", { requestId: c.get("requestId"), error: safeMessage(error) });
          // The platform logs the error of a stream; the original one may contain data of the query.
          throw new Problem("unavailable", "The export was interrupted.");
        }
      },
    },
    { highWaterMark: 0 },
  );
  return c.body(lines, 200, {
    "content-type": source.format === "csv" ? `${CSV}; charset=utf-8` : NDJSON,
    "content-disposition": `attachment; filename="${source.name}.${source.format}"`,
    "link-template": `"${continuationTemplate(c.req.url)}"; rel="next"`,
  });
}

/** @throws Problem `invalid-request` when the cursor is no visible row */
async function assertCursor<Row extends Owned & { id: string }>(
  { cursor, find }: Export<Row>,
  visibleTeams: VisibleTeams,
): Promise<void> {
  if (cursor === undefined) return;
  const row = await find(cursor);
  if (row && includes(visibleTeams, row)) return;
  throw new Problem("invalid-request", "Unknown `cursor`; the row may have expired. Set `since` to its time instead.", {
    errors: [{ pointer: "/cursor", detail: "unknown row" }],
  });
}

/** Returns the URL of the request with the cursor `{id}`. All other braces and quotes in it are percent-encoded. */
function continuationTemplate(requested: string): string {
  const url = new URL(requested);
  url.searchParams.delete("cursor");
  return `${url.href}${url.search === "" ? "?" : "&"}cursor={id}`;
}
