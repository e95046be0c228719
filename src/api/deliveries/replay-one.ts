import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { auditEvent } from "../audit.ts";
import { assertTeamAccess, requireScope, noSuch } from "../require-scope.ts";
import { idParam } from "../page.ts";
import { bodyProblems, commonProblems, idempotencyProblems, notFoundProblem } from "../problems.ts";
import { insertAuditEvent } from "../../db/audit-events.ts";
import { connect } from "../../db/client.ts";
import { findReplayable } from "../../db/replayable.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { forgetIntegration } from "../../ingest/load-integration.ts";
import { replay, replayId } from "./replay.ts";
import { includeUnverified, replayedAlerts, toReplayedAlerts } from "./replay-schema.ts";

const reply = z
  .object({
    deliveryId: z.uuid().openapi({ description: "The new delivery" }),
    replayOf: z.uuid(),
    status: z.literal("accepted"),
    alerts: replayedAlerts,
  })
  .openapi("Replay");

const route = createRoute({
  method: "post",
  path: "/v1/deliveries/{id}/replay",
  operationId: "replayDelivery",
  tags: ["deliveries"],
  summary: "Replay a delivery: read it as its integration reads now, as a new delivery linked to this one",
  description:
    "It is a duplicate of nothing. Its events find their alerts as any others do; news that is dated before what is known " +
    "since is STALE. With an `Idempotency-Key` it happens once, however often it is asked for.",
  ...requireScope("deliveries:replay"),
  request: {
    params: idParam,
    body: {
      required: false,
      content: { "application/json": { schema: z.strictObject({ includeUnverified }).openapi("ReplayRequest") } },
    },
  },
  responses: {
    202: { description: "It is durable", content: { "application/json": { schema: reply } } },
    ...commonProblems,
    ...bodyProblems,
    ...notFoundProblem,
    ...idempotencyProblems,
  },
});

export function registerReplay(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const db = connect(c.env);
    const original = await findReplayable(db, c.req.valid("param").id);
    if (!original) throw noSuch("delivery");
    assertTeamAccess(c.get("visibleTeams"), original.teamId, c.get("principal"), "deliveries:read", "delivery");
    forgetIntegration(original.integrationId);
    const { includeUnverified: isForced } = c.req.valid("json");
    const { deliveryId, alerts } = await replay(c, db, original, await replayId(c, original.id), isForced);
    const act = { action: "delivery.replay", targetType: "delivery", targetId: original.id } as const;
    await insertAuditEvent(db, auditEvent(c, { ...act, teamId: original.teamId, after: { deliveryId } }));
    c.header("location", `/v1/deliveries/${deliveryId}`);
    return c.json(
      { deliveryId, replayOf: original.id, status: "accepted" as const, alerts: toReplayedAlerts(alerts) },
      202,
    );
  });
}
