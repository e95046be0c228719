/** Downloads of lists of which the API has no export: all their rows, in the order of the list. */
import { utf8 } from "../lib/bytes.ts";
import { csvLine } from "../lib/csv.ts";
import type { Page } from "./context.ts";

/** A page of a list. */
interface Rows<Row> {
  data: readonly Row[];
  nextCursor: string | null;
}

/** Rows of a page that an export reads. */
export const EXPORT_PAGE = 200;

/**
 * Streams a list as CSV or NDJSON, as `format` in the address says. Errors of the first page are shown; later ones abort the download.
 * @param name of the file, without extension
 * @param columns of the CSV
 * @param load reads the page at a cursor
 */
export async function exportList<Row extends object>(
  c: Page,
  name: string,
  columns: readonly (keyof Row & string)[],
  load: (cursor: string | undefined) => Promise<Rows<Row>>,
): Promise<Response> {
  const isCsv = c.req.query("format") === "csv";
  const toLine = (row: Row): string =>
    isCsv ? csvLine(columns.map((column) => row[column])) : `${JSON.stringify(row)}\n`;
  let head = isCsv ? csvLine(columns) : "";
  let rows = await load(undefined);
  const lines = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const text = head + rows.data.map(toLine).join("");
        head = "";
        if (text !== "") controller.enqueue(utf8(text));
        if (rows.nextCursor === null) return controller.close();
        rows = await load(rows.nextCursor);
      },
    },
    { highWaterMark: 0 },
  );
  return c.body(lines, 200, {
    "content-type": isCsv ? "text/csv; charset=utf-8" : "application/x-ndjson",
    "content-disposition": `attachment; filename="${name}.${isCsv ? "csv" : "ndjson"}"`,
  });
}
