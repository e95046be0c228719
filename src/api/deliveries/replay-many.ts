import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { DELIVERY_STATUSES } from "../../alerts/model.ts";
import { auditEvent } from "../audit.ts";
import { requireScope } from "../require-scope.ts";
import { instantIn, nextCursor, readCursor } from "../page.ts";
import { bodyProblems, commonProblems, idempotencyProblems } from "../problems.ts";
import { insertAuditEvent } from "../../db/audit-events.ts";
import { connect, type Database } from "../../db/client.ts";
import { findReplayable, oldestDeliveries } from "../../db/replayable.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { Problem } from "../../lib/problem.ts";
import { forgetIntegration } from "../../ingest/load-integration.ts";
import { replay, replayId } from "./replay.ts";
import { includeUnverified, replayedAlerts, toReplayedAlerts } from "./replay-schema.ts";

const MAX_REPLAYS = 100;

const body = z
  .strictObject({
    filter: z
      .strictObject({
        integrationId: z.uuid().openapi({ description: "The integration that they reached" }),
        status: z
          .array(z.enum(DELIVERY_STATUSES))
          .min(1)
          .max(3)
          .default(["REJECTED"])
          .openapi({ description: "What became of them at the time" }),
        since: instantIn.optional().openapi({ description: "Received at or after" }),
        until: instantIn.optional().openapi({ description: "Received before" }),
      })
      .openapi("ReplayFilter"),
    includeUnverified,
    limit: z.int().min(1).max(MAX_REPLAYS).default(MAX_REPLAYS).openapi({ description: "How many at most" }),
    cursor: z.string().optional().openapi({ description: "`nextCursor` of the reply before" }),
  })
  .openapi("BulkReplay", {
    example: { filter: { integrationId: "6f1c2b34-5a2e-4a55-9c0e-3f7c8a1b2c3d", since: "2026-10-01T12:00:00Z" } },
  });

const result = z.object({
  deliveryId: z.uuid().openapi({ description: "The delivery that was to be replayed" }),
  outcome: z.enum(["replayed", "skipped"]),
  replayId: z.uuid().nullable().openapi({ description: "The new delivery; null: there is none" }),
  alerts: replayedAlerts,
  detail: z.string().optional().openapi({ description: "Why it was skipped" }),
});

const reply = z
  .object({
    results: z.array(result),
    replayed: z.int(),
    nextCursor: z.string().nullable().openapi({ description: "Where to go on; null: these were all" }),
  })
  .openapi("BulkReplayResult");

const route = createRoute({
  method: "post",
  path: "/v1/deliveries/replay",
  operationId: "replayDeliveries",
  tags: ["deliveries"],
  summary: "Replay an integration's deliveries, in the order in which they came",
  description: `At most ${MAX_REPLAYS} at a time, by default those that were refused. Replays are not replayed again.`,
  ...requireScope("deliveries:replay"),
  request: { body: { required: true, content: { "application/json": { schema: body } } } },
  responses: {
    200: { description: "What became of each", content: { "application/json": { schema: reply } } },
    204: { description: "As 200, for `Prefer: return=minimal`" },
    ...commonProblems,
    ...bodyProblems,
    ...idempotencyProblems,
  },
});

type Result = z.infer<typeof result>;

export function registerReplayMany(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const db = connect(c.env);
    const { filter, limit, cursor, includeUnverified: isForced } = c.req.valid("json");
    const rows = await oldestDeliveries(db, c.get("visibleTeams"), filter, readCursor(cursor), limit + 1);
    const page = rows.slice(0, limit);
    forgetIntegration(filter.integrationId);
    const results: Result[] = [];
    // One after the other: what came later must be read later.
    for (const { id } of page) results.push(await replayOrSay(c, connect(c.env), id, isForced));
    const replayed = results.filter(({ outcome }) => outcome === "replayed").length;
    const act = { action: "delivery.replay-many", targetType: "integration", targetId: filter.integrationId } as const;
    const after = { filter, includeUnverified: isForced, replayed, of: page.length };
    if (page.length > 0) {
      await insertAuditEvent(db, auditEvent(c, { ...act, teamId: page[0]?.teamId ?? null, after }));
    }
    const last = rows.length > limit ? page.at(-1) : undefined;
    const next = last ? nextCursor({ sortedBy: last.receivedAt.getTime(), id: last.id }) : null;
    return c.json({ results, replayed, nextCursor: next }, 200);
  });
}

async function replayOrSay(
  c: Parameters<typeof replay>[0],
  db: Database,
  deliveryId: string,
  isForced: boolean,
): Promise<Result> {
  try {
    const original = await findReplayable(db, deliveryId);
    if (!original) throw new Problem("conflict", "The delivery is gone.");
    const replayed = await replay(c, db, original, await replayId(c, deliveryId), isForced);
    const alerts = toReplayedAlerts(replayed.alerts);
    return { deliveryId, outcome: "replayed", replayId: replayed.deliveryId, alerts };
  } catch (error) {
    if (!(error instanceof Problem) || error.type !== "conflict") throw error;
    return { deliveryId, outcome: "skipped", replayId: null, alerts: [], detail: error.message };
  }
}
