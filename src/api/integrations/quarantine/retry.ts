import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { insertAuditEvent } from "../../../db/audit-events.ts";
import { connect } from "../../../db/client.ts";
import type { AppEnv } from "../../../lib/app-env.ts";
import { auditEvent } from "../../audit.ts";
import { requireScope } from "../../require-scope.ts";
import { idParam } from "../../pagination.ts";
import { bodyProblems, commonProblems, idempotencyProblems, notFoundProblem } from "../../problems.ts";
import { callObjects } from "../call-objects.ts";
import { loadOwner, parseRowNumber } from "./schema.ts";

const requestSchema = z
  .strictObject({
    row: z.int().min(1).optional().openapi({ description: "Number of one row. Default: all rows", example: 17 }),
  })
  .openapi("QuarantineRetry", { example: {} });

const responseSchema = z.object({
  retried: z.int().openapi({ description: "Number of rows that went back to the outbox" }),
});

const route = createRoute({
  method: "post",
  path: "/v1/integrations/{id}/quarantine/retry",
  operationId: "retryQuarantinedRows",
  tags: ["integrations"],
  summary: "Retry Quarantined Rows",
  description:
    "Puts the rows at the end of the outbox. A row that Postgres rejects again is quarantined again, under a new number.",
  ...requireScope("deliveries:replay"),
  request: { params: idParam, body: { content: { "application/json": { schema: requestSchema } } } },
  responses: {
    200: {
      description: "The number of rows",
      content: { "application/json": { schema: responseSchema } },
    },
    ...commonProblems,
    ...bodyProblems,
    ...notFoundProblem,
    ...idempotencyProblems,
  },
});

export function registerRetryQuarantinedRows(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { row: number = null } = c.req.valid("json") ?? {};
    const owner = await loadOwner(c, c.req.valid("param").id, "deliveries:read");
    const event = auditEvent(c, {
      action: "quarantine.retry",
      targetType: "integration",
      targetId: owner.id,
      teamId: owner.teamId,
      after: { row: number },
    });
    await insertAuditEvent(connect(c.env), event);
    const only = number === null ? null : parseRowNumber(number);
    const counts = await callObjects(c.env, owner, (object, shard) =>
      only === null || only.shard === shard ? object.retryQuarantine(only?.row ?? null) : Promise.resolve(0),
    );
    return c.json({ retried: counts.reduce((sum, count) => sum + count, 0) }, 200);
  });
}
