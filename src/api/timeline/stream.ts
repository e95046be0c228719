import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { type SSEStreamingApi, streamSSE } from "hono/streaming";
import { toTimelineEntryWithAlert } from "../../db/alert-view.ts";
import type { AlertFilter } from "../../db/alerts.ts";
import { cursorText, latestCursor, listTimeline, type TimelineCursor } from "../../db/timeline.ts";
import { connect } from "../../db/client.ts";
import { describeError } from "../../db/errors.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { log } from "../../lib/log.ts";
import { narrow, visibleTeamsOf } from "../../lib/principal.ts";
import { MINUTE, SECOND } from "../../lib/time.ts";
import { alertQuery, readAlertFilter } from "../alerts/filter.ts";
import { principalOf } from "../auth.ts";
import { requireScope } from "../require-scope.ts";
import { commonProblems } from "../problems.ts";
import { cursorQuery, NOW, readCursor } from "./cursor.ts";
import { openStream } from "./open-streams.ts";

/** Interval between two queries for new entries. */
const POLL_MS = SECOND;

/** Interval at which the access of the caller is checked, and of keep-alive messages, which carry the current cursor. */
const KEEP_ALIVE_MS = 15 * SECOND;

/** Maximum duration of a stream. Clients reconnect and resume. */
const MAX_AGE_MS = 5 * MINUTE;

const RECONNECT_MS = SECOND;
const PAGE = 200;

const route = createRoute({
  method: "get",
  path: "/v1/timeline/stream",
  operationId: "streamTimeline",
  tags: ["alerts"],
  summary: "Stream Timeline",
  description:
    "Sends new timeline entries as server-sent events. Each event is named `entry`; its data is an entry with the current state of its " +
    "alert, as `GET /v1/timeline` returns it. The stream starts at the present, or after the event that `Last-Event-ID` names: no entry " +
    "is missed, and the entries of an alert are in order. An entry that takes an alert out of the filter is included. The stream ends " +
    "every few minutes, and when the key or session ends; browsers reconnect automatically. An event named `reset` means that the cursor " +
    "has expired: read the lists again. A key or session may have 20 open streams.",
  ...requireScope("alerts:read"),
  request: {
    query: z.object({
      ...alertQuery,
      cursor: cursorQuery.openapi({
        description: "As `Last-Event-ID`, for clients that cannot set headers; or `now`, the default",
      }),
    }),
    headers: z.object({
      "last-event-id": z.string().max(100).optional().openapi({ description: "`id` of the last event received" }),
    }),
  },
  responses: {
    200: { description: "The stream", content: { "text/event-stream": { schema: z.string() } } },
    ...commonProblems,
  },
});

export function registerStreamTimeline(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { cursor: cursorParameter, ...query } = c.req.valid("query");
    const { filter } = readAlertFilter(c, query);
    // Browsers send the header when they reconnect, and the query of the first connection with it.
    const cursor = c.req.header("last-event-id") || cursorParameter || NOW;
    const requested = cursor === NOW ? null : readCursor(cursor);
    const latest = await latestCursor(connect(c.env));
    const isExpired = requested !== null && requested.xid > latest.xid;
    const start = requested === null || isExpired ? latest : requested;

    const close = openStream(c.get("principal").actor);
    return streamSSE(c, async (stream) => {
      stream.onAbort(close);
      try {
        await stream.write(`retry: ${RECONNECT_MS}\n\n`);
        if (isExpired) await stream.writeSSE({ event: "reset", data: "{}", id: cursorText(start) });
        await sendEntries(c, stream, filter, query.teamId, start);
      } catch (error) {
        // Often the client has disconnected; in any case it reconnects and resumes.
        log.warn("stream interrupted", { requestId: c.get("requestId"), error: describeError(error) });
      } finally {
        close();
      }
    });
  });
}

/** Sends entries after a cursor, until the stream has reached its maximum duration or its caller has lost access. */
async function sendEntries(
  c: Context<AppEnv>,
  stream: SSEStreamingApi,
  filter: AlertFilter,
  teamId: string | undefined,
  start: TimelineCursor,
): Promise<void> {
  const startedAt = Date.now();
  let visibleTeams = narrow(c.get("visibleTeams"), teamId);
  let cursor = start;
  // A message with an id and no data fires no event in the client, but updates its last event id.
  const sendKeepAlive = () => stream.write(`id: ${cursorText(cursor)}\n\n`);
  await sendKeepAlive();
  let checkedAt = startedAt;
  while (!stream.aborted && Date.now() - startedAt < MAX_AGE_MS) {
    const { entries, nextCursor, hasMore } = await listTimeline(connect(c.env), visibleTeams, filter, cursor, PAGE);
    for (const { entry, alert } of entries) {
      const id = cursorText({ xid: BigInt(entry.recordedXid), version: entry.version, id: entry.id });
      await stream.writeSSE({ event: "entry", id, data: JSON.stringify(toTimelineEntryWithAlert({ entry, alert })) });
    }
    cursor = nextCursor;
    if (Date.now() - checkedAt >= KEEP_ALIVE_MS) {
      const principal = await principalOf(c);
      if (!principal) return;
      visibleTeams = narrow(visibleTeamsOf(principal, "alerts:read"), teamId);
      await sendKeepAlive();
      checkedAt = Date.now();
    }
    if (!hasMore) await stream.sleep(POLL_MS);
  }
}
