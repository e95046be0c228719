import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { auditEvent } from "../audit.ts";
import { requireScope } from "../require-scope.ts";
import { readCursor, writeCursor } from "../pagination.ts";
import { bodyProblems, commonProblems, idempotencyProblems } from "../problems.ts";
import { insertAuditEvents } from "../../db/audit-events.ts";
import { connect, type Database } from "../../db/client.ts";
import { deliveriesById, findReplayable, oldestDeliveries } from "../../db/replayable.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { Problem } from "../../lib/problem.ts";
import { forgetIntegration } from "../../ingest/load-integration.ts";
import { replay, replayId } from "./replay.ts";
import { MAX_REPLAYS, readReplayFilter, requireOne, selectionFields } from "./replay-selection.ts";
import { includeUnverified, replayedAlerts, toReplayedAlerts } from "./replay-schema.ts";

const requestSchema = z
  .strictObject({
    ...selectionFields,
    includeUnverified,
    limit: z
      .int()
      .min(1)
      .max(MAX_REPLAYS)
      .default(MAX_REPLAYS)
      .openapi({ description: "Maximum number of deliveries" }),
    cursor: z.string().min(1).optional().openapi({ description: "`nextCursor` of the previous response" }),
  })
  .refine(...requireOne)
  .openapi("BulkReplay", {
    example: { filter: { integrationId: "6f1c2b34-5a2e-4a55-9c0e-3f7c8a1b2c3d", since: "2026-10-01T12:00:00Z" } },
  });

const resultSchema = z
  .object({
    deliveryId: z.uuid().openapi({ description: "Original delivery" }),
    outcome: z.enum(["replayed", "skipped"]).openapi("ReplayOutcome"),
    replayId: z.uuid().nullable().openapi({ description: "New delivery; null if skipped" }),
    alerts: replayedAlerts,
    detail: z.string().optional().openapi({ description: "Reason for skipping" }),
  })
  .openapi("ReplayResult");

const responseSchema = z
  .object({
    results: z.array(resultSchema),
    replayed: z.int().openapi({ description: "Number of replayed deliveries" }),
    nextCursor: z.string().nullable().openapi({ description: "Cursor of the next request; null when all are done" }),
  })
  .openapi("BulkReplayResult");

const route = createRoute({
  method: "post",
  path: "/v1/deliveries/replay",
  operationId: "replayDeliveries",
  tags: ["deliveries"],
  summary: "Replay Deliveries",
  description:
    `Replays up to ${MAX_REPLAYS} deliveries, the first received first: those that match \`filter\` (by default ` +
    "the rejected ones; never replays), or those in `ids`.",
  ...requireScope("deliveries:replay"),
  request: { body: { required: true, content: { "application/json": { schema: requestSchema } } } },
  responses: {
    200: { description: "The results", content: { "application/json": { schema: responseSchema } } },
    204: { description: "As 200, for `Prefer: return=minimal`" },
    ...commonProblems,
    ...bodyProblems,
    ...idempotencyProblems,
  },
});

type Result = z.infer<typeof resultSchema>;

export function registerReplayDeliveries(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const db = connect(c.env);
    const { filter, ids, limit, cursor, includeUnverified: isForced } = c.req.valid("json");
    const rows = await findSelected(c, db, { filter, ids, cursor, limit: limit + 1 });
    const page = rows.slice(0, limit);
    for (const id of new Set(page.map(({ integrationId }) => integrationId))) forgetIntegration(id);
    const results: Result[] = [];
    try {
      // One by one, to keep their order.
      for (const { id } of page) results.push(await replayOrSkip(c, connect(c.env), id, isForced));
    } finally {
      // A failure leaves those before it replayed.
      const done = page.slice(0, results.length);
      const events = toAuditEvents(c, done, results, { filter, includeUnverified: isForced });
      if (events.length > 0) await insertAuditEvents(db, events);
    }
    const replayed = results.filter(({ outcome }) => outcome === "replayed").length;
    const last = rows.length > limit ? page.at(-1) : undefined;
    const nextCursor = last ? writeCursor({ sortedBy: last.receivedAt.getTime(), id: last.id }) : null;
    return c.json({ results, replayed, nextCursor }, 200);
  });
}

type Page = Awaited<ReturnType<typeof findSelected>>;

/** An event for each integration. Without a filter, it names the deliveries: only those of the integration, because its team reads it. */
const toAuditEvents = (
  c: Context<AppEnv>,
  page: Page,
  results: readonly Result[],
  { filter, includeUnverified: isForced }: Pick<Selected, "filter"> & { includeUnverified: boolean },
) => {
  const replayed = new Set(results.filter(({ outcome }) => outcome === "replayed").map(({ deliveryId }) => deliveryId));
  return [...Map.groupBy(page, ({ integrationId }) => integrationId)].map(([targetId, deliveries]) => {
    const ids = deliveries.map(({ id }) => id);
    return auditEvent(c, {
      action: "delivery.replay-many",
      targetType: "integration",
      targetId,
      teamId: deliveries[0]?.teamId ?? null,
      after: {
        ...(filter ? { filter } : { ids }),
        includeUnverified: isForced,
        replayed: ids.filter((id) => replayed.has(id)).length,
        of: ids.length,
      },
    });
  });
};

interface Selected extends Pick<z.output<typeof requestSchema>, "filter" | "ids" | "cursor"> {
  limit: number;
}

async function findSelected(c: Context<AppEnv>, db: Database, { filter: given, ids, cursor, limit }: Selected) {
  if (!given) return deliveriesById(db, c.get("visibleTeams"), ids ?? []);
  const { filter, visibleTeams } = await readReplayFilter(c, given);
  return oldestDeliveries(db, visibleTeams, filter, readCursor(cursor), limit);
}

async function replayOrSkip(
  c: Parameters<typeof replay>[0],
  db: Database,
  deliveryId: string,
  isForced: boolean,
): Promise<Result> {
  try {
    const original = await findReplayable(db, deliveryId);
    if (!original) throw new Problem("conflict", "The delivery has expired.");
    const replayed = await replay(c, db, original, await replayId(c, deliveryId), isForced);
    const alerts = toReplayedAlerts(replayed.alerts);
    return { deliveryId, outcome: "replayed", replayId: replayed.deliveryId, alerts };
  } catch (error) {
    if (!(error instanceof Problem) || error.type !== "conflict") throw error;
    return { deliveryId, outcome: "skipped", replayId: null, alerts: [], detail: error.message };
  }
}
