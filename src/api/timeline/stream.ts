import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { type SSEStreamingApi, streamSSE } from "hono/streaming";
import { toTimelineEntryWithAlert } from "../../db/alert-view.ts";
import type { AlertFilter } from "../../db/alerts.ts";
import { type TimelineCursor, latestCursor, listTimeline, cursorText } from "../../db/timeline.ts";
import { connect } from "../../db/client.ts";
import { describeError } from "../../db/errors.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { log } from "../../lib/log.ts";
import { narrow, visibleTeamsOf } from "../../lib/principal.ts";
import { MINUTE, SECOND } from "../../lib/time.ts";
import { principalOf } from "../auth.ts";
import { requireScope } from "../require-scope.ts";
import { commonProblems } from "../problems.ts";
import { alertQuery, readLabels } from "../alerts/filter.ts";
import { readCursor } from "./cursor.ts";

/** Postgres is asked so often for what is new. */
const POLL_MS = SECOND;

/** Without news the client hears so often that it is still connected, and how far it has come. */
const HEARTBEAT_MS = 15 * SECOND;

/** A stream ends after so long; clients come back by themselves and go on where they were. */
const MAX_AGE_MS = 5 * MINUTE;

const RECONNECT_MS = SECOND;
const PAGE = 200;

const route = createRoute({
  method: "get",
  path: "/v1/timeline/stream",
  operationId: "streamTimeline",
  tags: ["alerts"],
  summary: "Hear of every change of an alert, as server-sent events",
  description:
    "Each event is named `change`; its data are the entry of the timeline and, under `alert`, the alert as it is now. With " +
    "`Last-Event-ID` the stream goes on behind that event: no change is missed, and those of one alert come in order. An alert " +
    "that a change takes out of the filter is told of once more. The stream ends every few minutes, and whenever the key or the " +
    "session does; browsers come back by themselves. An event named `reset` says that the place is not known here any more: " +
    "read the lists again.",
  ...requireScope("alerts:read"),
  request: {
    query: z.object({
      ...alertQuery,
      lastEventId: z.string().max(100).optional().openapi({ description: "As the header, for who cannot set it" }),
    }),
    headers: z.object({
      "last-event-id": z
        .string()
        .max(100)
        .optional()
        .openapi({ description: "The `id` of the last event that was heard" }),
    }),
  },
  responses: {
    200: { description: "The stream", content: { "text/event-stream": { schema: z.string() } } },
    ...commonProblems,
  },
});

export function registerStreamTimeline(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { teamId, label: _, lastEventId, ...given } = c.req.valid("query");
    const filter: AlertFilter = { ...given, labels: readLabels(c.req.url) };
    const wanted = c.req.header("last-event-id") ?? lastEventId;
    const known = wanted === undefined || wanted === "" ? null : readCursor(wanted, "last-event-id");
    const latest = await latestCursor(connect(c.env));
    const isLost = known !== null && known.xid > latest.xid;

    return streamSSE(c, async (stream) => {
      const start = known === null || isLost ? latest : known;
      try {
        await stream.write(`retry: ${RECONNECT_MS}\n\n`);
        if (isLost) await stream.writeSSE({ event: "reset", data: "{}", id: cursorText(start) });
        await tell(c, stream, filter, teamId, start);
      } catch (error) {
        // The client comes back and hears the rest. Its connection may be what broke.
        log.warn("stream broke off", { requestId: c.get("requestId"), error: describeError(error) });
      }
    });
  });
}

/** Tells of changes from a place on until the stream's time is over, or its principal's. */
async function tell(
  c: Context<AppEnv>,
  stream: SSEStreamingApi,
  filter: AlertFilter,
  teamId: string | undefined,
  start: TimelineCursor,
): Promise<void> {
  const startedAt = Date.now();
  let visibleTeams = narrow(c.get("visibleTeams"), teamId);
  let place = start;
  // An id without data is no event: it only tells how far the stream has come.
  const beat = () => stream.write(`id: ${cursorText(place)}\n\n`);
  await beat();
  let beatAt = startedAt;
  while (!stream.aborted && Date.now() - startedAt < MAX_AGE_MS) {
    const { entries, nextCursor, hasMore } = await listTimeline(connect(c.env), visibleTeams, filter, place, PAGE);
    for (const { entry, alert } of entries) {
      const id = cursorText({ xid: BigInt(entry.recordedXid), version: entry.version, id: entry.id });
      const data = JSON.stringify(toTimelineEntryWithAlert({ entry, alert }));
      await stream.writeSSE({ event: "change", id, data });
    }
    place = nextCursor;
    if (hasMore) continue;
    if (Date.now() - beatAt >= HEARTBEAT_MS) {
      const principal = await principalOf(c);
      if (!principal) return;
      visibleTeams = narrow(visibleTeamsOf(principal, "alerts:read"), teamId);
      await beat();
      beatAt = Date.now();
    }
    await stream.sleep(POLL_MS);
  }
}
