import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { insertAuditEvent } from "../../../db/audit-events.ts";
import { connect } from "../../../db/client.ts";
import type { AppEnv } from "../../../lib/app-env.ts";
import { auditEvent } from "../../audit.ts";
import { requireScope } from "../../require-scope.ts";
import { idParam } from "../../pagination.ts";
import { bodyProblems, commonProblems, idempotencyProblems, notFoundProblem } from "../../problems.ts";
import { askEach } from "../objects.ts";
import { ownerOf, placeOf } from "./schema.ts";

const wish = z
  .strictObject({
    row: z.int().min(1).optional().openapi({ description: "This row alone; by default all of them", example: 17 }),
  })
  .openapi("QuarantineRetry", { example: {} });

const route = createRoute({
  method: "post",
  path: "/v1/integrations/{id}/quarantine/retry",
  operationId: "retryQuarantine",
  tags: ["integrations"],
  summary: "Hand rows to Postgres once more that it refused",
  description: "They go behind what waits already. What Postgres refuses again stands aside again, under a new number.",
  ...requireScope("deliveries:replay"),
  request: { params: idParam, body: { content: { "application/json": { schema: wish } } } },
  responses: {
    200: {
      description: "How many rows are on their way",
      content: { "application/json": { schema: z.object({ retried: z.int() }) } },
    },
    ...commonProblems,
    ...bodyProblems,
    ...notFoundProblem,
    ...idempotencyProblems,
  },
});

export function registerRetryQuarantine(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { row = null } = c.req.valid("json") ?? {};
    const owner = await ownerOf(c, c.req.valid("param").id, "deliveries:read");
    const { id, teamId } = owner;
    const act = { action: "quarantine.retry", targetType: "integration", targetId: id, teamId } as const;
    await insertAuditEvent(connect(c.env), auditEvent(c, { ...act, after: { row } }));
    const place = row === null ? null : placeOf(row);
    const retried = await askEach(c.env, owner, (object, shard) =>
      place === null || place.shard === shard ? object.retryQuarantine(place?.row ?? null) : Promise.resolve(0),
    );
    return c.json({ retried: retried.reduce((sum, count) => sum + count, 0) }, 200);
  });
}
