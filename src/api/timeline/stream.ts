import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { cursorText } from "../../db/timeline.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { openStream } from "../../objects/feed/client.ts";
import { MAX_STREAMS, type NewListener } from "../../objects/feed/rpc.ts";
import { alertQuery, mutedQuery, readAlertFilter } from "../alerts/filter.ts";
import { requireScope } from "../require-scope.ts";
import { commonProblems } from "../problems.ts";
import { assertSameOrigin } from "../session/principal.ts";
import { cursorQuery, NOW, readCursor } from "./cursor.ts";
import { relayAsEvents } from "./relay.ts";

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
    "when the key or session ends, and when its access changes; browsers reconnect automatically. An event named `reset` means that the " +
    `cursor has expired: read the lists again. One named \`muting\` means that a silence or snooze began or ended: lists without muted alerts ` +
    `may have changed. Ignore unknown events. A key or user may have ${MAX_STREAMS} open streams. With \`Upgrade: websocket\`, the console ` +
    "receives the same events over a WebSocket, in a format that may change.",
  ...requireScope("alerts:read"),
  request: {
    query: z.object({
      ...alertQuery,
      ...mutedQuery("any"),
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
    const { filter, visibleTeams } = await readAlertFilter(c, query);
    // Browsers send the header when they reconnect, and the query of the first connection with it.
    const cursor = c.req.header("last-event-id") || cursorParameter || NOW;
    const listener = {
      ...callerOf(c),
      visibleTeams,
      filter,
      cursor: cursor === NOW ? null : cursorText(readCursor(cursor)),
    };
    const isUpgrade = c.req.header("upgrade")?.toLowerCase() === "websocket";
    // Browsers send cookies with upgrades from every page, and let it read the answer.
    if (isUpgrade && c.get("principal").user) assertSameOrigin(c);
    const { webSocket } = await openStream(c.env, listener);
    if (!webSocket) throw new Error("the Feed answered an upgrade without a WebSocket");
    return isUpgrade ? new Response(null, { status: 101, webSocket }) : relayAsEvents(webSocket);
  });
}

/** The caller as a listener, with the expiry of the verified access. */
function callerOf(c: Context<AppEnv>): Pick<NewListener, "actor" | "sessionId" | "expiresAt" | "verifiedAt"> {
  const { actor, user, credential } = c.get("principal");
  return {
    actor,
    sessionId: user?.sessionId ?? null,
    expiresAt: credential?.expiresAt ?? null,
    verifiedAt: credential?.verifiedAt ?? Date.now(),
  };
}
