/**
 * Exports: what a list shows, all of it, the oldest first, as lines of JSON. A page at a time is read, over a connection of
 * its own, no further ahead than one of what the client has taken; so neither memory nor time bounds how much there may be.
 */
import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { safeMessage } from "../db/errors.ts";
import type { Position } from "../db/keyset.ts";
import type { AppEnv } from "../lib/app-env.ts";
import { utf8 } from "../lib/bytes.ts";
import { narrow, type VisibleTeams, includesTeam, visibleTeamsOf, type Scope } from "../lib/principal.ts";
import { log } from "../lib/log.ts";
import { Problem } from "../lib/problem.ts";
import { SECOND } from "../lib/time.ts";
import { principalOf } from "./auth.ts";

/** As many rows are read at a time as a page of a list has at most. */
export const EXPORT_PAGE = 200;

/** Whether the caller may still read is looked at so often. */
const RECHECK_MS = 15 * SECOND;

/** Query parameter of every export: where it goes on. */
export const exportQuery = {
  after: z.uuid().optional().openapi({ description: "The `id` of the last whole line of an export that broke off" }),
};

/** To the types any string: they would take a name with `json` in it for one document of it. */
const NDJSON: string = "application/x-ndjson";

/** The response of every export; the schema is that of a line. */
export const exportResponse = (what: string, line: z.ZodType) => ({
  200: {
    description: `${what}, one a line, each as this schema says. Broken off without its end where something fails`,
    headers: {
      "link-template": {
        description: "Where to go on after a line, for its `{id}` (RFC 9652, `rel=next`)",
        schema: { type: "string" as const },
      },
    },
    content: { [NDJSON]: { schema: line } },
  },
});

/** What the description of every export says of how it goes. */
export const EXPORT_DESCRIPTION =
  "Takes the filters of the list and has no limit. It holds everything that was there when it was asked for; what arrives " +
  "meanwhile may come at its end: bound it by `until` to leave that out. If it breaks off, ask again with `after`, the `id` of the " +
  "last whole line. Should that one be gone meanwhile, go on with its time as `since`.";

/** What is exported. */
export interface Exported<Row extends { id: string }> {
  name: string;
  scope: Scope;
  teamId: string | undefined;
  /** The id of the line to go on behind. */
  after: string | undefined;
  find: (id: string) => Promise<Row | undefined>;
  teamOf: (row: Row) => string | null;
  timeOf: (row: Row) => Date;
  /** The rows behind a place; none: that was all. */
  page: (visibleTeams: VisibleTeams, after: Position | null) => Promise<Row[]>;
  toItem: (row: Row) => unknown;
}

/**
 * Answers with all rows as lines. What fails before the first page is there fails as any request does; later the stream is
 * broken off, so that nobody takes a part for the whole.
 * @throws Problem `invalid-request` when there is nothing with the id to go on behind
 */
export async function exportLines<Row extends { id: string }>(
  c: Context<AppEnv>,
  exported: Exported<Row>,
): Promise<Response> {
  const visibleTeams = narrow(c.get("visibleTeams"), exported.teamId);
  let checkedAt = Date.now();
  const placeOf = (row: Row): Position => ({ sortedBy: exported.timeOf(row).getTime(), id: row.id });
  const start = await startOf(exported, c.get("visibleTeams"));
  let rows = await exported.page(visibleTeams, start && placeOf(start));

  const more = async (last: Row): Promise<Row[]> => {
    if (Date.now() - checkedAt >= RECHECK_MS) {
      const principal = await principalOf(c);
      if (!principal) throw new Problem("unauthenticated", "The key or the session has ended.");
      // With less in visibleTeams the rest would seem to be all.
      if (!includes(narrow(visibleTeamsOf(principal, exported.scope), exported.teamId), visibleTeams))
        throw new Problem("forbidden", "The caller may no longer see all of it.");
      checkedAt = Date.now();
    }
    return exported.page(visibleTeams, placeOf(last));
  };
  const lines = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const last = rows.at(-1);
        if (!last) return controller.close();
        controller.enqueue(utf8(rows.map((row) => `${JSON.stringify(exported.toItem(row))}\n`).join("")));
        try {
          rows = await more(last);
        } catch (error) {
          log.error("export broke off", { requestId: c.get("requestId"), error: safeMessage(error) });
          // The platform logs what it is given: the first error may carry what was asked for.
          throw new Problem("unavailable", "The export broke off.");
        }
      },
    },
    { highWaterMark: 0 },
  );
  return c.body(lines, 200, {
    "content-type": NDJSON,
    "content-disposition": `attachment; filename="${exported.name}.ndjson"`,
    "link-template": `"${templateOf(c.req.url)}"; rel="next"`,
  });
}

const includes = (whole: VisibleTeams, part: VisibleTeams): boolean =>
  part === "all" ? whole === "all" : part.every((teamId) => includesTeam(whole, teamId));

async function startOf<Row extends { id: string }>(
  { after, find, teamOf }: Exported<Row>,
  visibleTeams: VisibleTeams,
): Promise<Row | null> {
  if (after === undefined) return null;
  const row = await find(after);
  if (row && includesTeam(visibleTeams, teamOf(row))) return row;
  throw new Problem(
    "invalid-request",
    "There is nothing with this id to go on behind: go on with its time as `since`.",
    {
      errors: [{ pointer: "/after", detail: "no such line" }],
    },
  );
}

/** The same request behind a line; what stands in the URL is percent-encoded, so that braces and quotes are the template's own. */
function templateOf(requested: string): string {
  const url = new URL(requested);
  url.searchParams.delete("after");
  return `${url.href}${url.search === "" ? "?" : "&"}after={id}`;
}
