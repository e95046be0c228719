import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { changeApiKey } from "../../db/api-keys.ts";
import { connect } from "../../db/client.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { auditEvent } from "../audit.ts";
import { forgetApiKey } from "../auth.ts";
import { requireScope } from "../require-scope.ts";
import { idParam } from "../pagination.ts";
import { bodyProblems, commonProblems, idempotencyProblems, notFoundProblem } from "../problems.ts";
import { changedKey, findUsableKey } from "./access.ts";
import { apiKeySchema, apiKeyUpdateSchema, toApiKey } from "./schema.ts";

const route = createRoute({
  method: "patch",
  path: "/v1/api-keys/{id}",
  operationId: "updateApiKey",
  tags: ["api-keys"],
  summary: "Rename API Key",
  description: "Changes the name, which timelines and the audit log show. The key itself stays.",
  ...requireScope("admin"),
  request: {
    params: idParam,
    body: { required: true, content: { "application/json": { schema: apiKeyUpdateSchema } } },
  },
  responses: {
    200: { description: "The renamed key", content: { "application/json": { schema: apiKeySchema } } },
    204: { description: "As 200, for `Prefer: return=minimal`" },
    ...commonProblems,
    ...bodyProblems,
    ...notFoundProblem,
    ...idempotencyProblems,
  },
});

export function registerUpdateApiKey(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const before = await findUsableKey(c, c.req.valid("param").id);
    const { name } = c.req.valid("json");
    if (name === before.name) return c.json(toApiKey(before), 200);
    const event = auditEvent(c, {
      action: "api-key.update",
      targetType: "api-key",
      targetId: before.id,
      teamId: before.teamId,
      before: toApiKey(before),
      after: toApiKey({ ...before, name }),
    });
    const row = changedKey(await changeApiKey(connect(c.env), before, { name }, event));
    forgetApiKey(before);
    return c.json(toApiKey(row), 200);
  });
}
