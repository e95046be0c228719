import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { auditEvent } from "../audit.ts";
import { assertAccess, noSuch, requireScope } from "../require-scope.ts";
import { idParam } from "../pagination.ts";
import { bodyProblems, commonProblems, idempotencyProblems, notFoundProblem } from "../problems.ts";
import { insertAuditEvent } from "../../db/audit-events.ts";
import { connect } from "../../db/client.ts";
import { findReplayable } from "../../db/replayable.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { forgetIntegration } from "../../ingest/load-integration.ts";
import { replay, replayId } from "./replay.ts";
import { includeUnverified, replayedAlerts, toReplayedAlerts } from "./replay-schema.ts";

const responseSchema = z
  .object({
    deliveryId: z.uuid().openapi({ description: "New delivery" }),
    replayOf: z.uuid().openapi({ description: "Original delivery" }),
    status: z.literal("accepted"),
    alerts: replayedAlerts,
  })
  .openapi("Replay");

const route = createRoute({
  method: "post",
  path: "/v1/deliveries/{id}/replay",
  operationId: "replayDelivery",
  tags: ["deliveries"],
  summary: "Replay Delivery",
  description:
    "Processes a stored delivery again with the current settings of its integration, as a new delivery that is linked to the " +
    "original. A replay is never a duplicate. Its events match alerts as usual; events that are older than the state of their alert " +
    "are STALE. With an `Idempotency-Key`, a repeat does not replay again.",
  ...requireScope("deliveries:replay"),
  request: {
    params: idParam,
    body: {
      required: false,
      content: { "application/json": { schema: z.strictObject({ includeUnverified }).openapi("ReplayRequest") } },
    },
  },
  responses: {
    202: {
      description: "Replayed; the new delivery is durable",
      content: { "application/json": { schema: responseSchema } },
    },
    ...commonProblems,
    ...bodyProblems,
    ...notFoundProblem,
    ...idempotencyProblems,
  },
});

export function registerReplayDelivery(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const db = connect(c.env);
    const original = await findReplayable(db, c.req.valid("param").id);
    if (!original) throw noSuch("delivery");
    assertAccess(c.get("visibleTeams"), original, c.get("principal"), "deliveries:read", "delivery");
    forgetIntegration(original.integrationId);
    const { includeUnverified: isForced } = c.req.valid("json");
    const { deliveryId, alerts } = await replay(c, db, original, await replayId(c, original.id), isForced);
    const event = auditEvent(c, {
      action: "delivery.replay",
      targetType: "delivery",
      targetId: original.id,
      teamId: original.teamId,
      after: { deliveryId },
    });
    await insertAuditEvent(db, event);
    c.header("location", `/v1/deliveries/${deliveryId}`);
    return c.json(
      { deliveryId, replayOf: original.id, status: "accepted" as const, alerts: toReplayedAlerts(alerts) },
      202,
    );
  });
}
