import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { insertApiKey } from "../../db/api-keys.ts";
import { insertAuditEvent } from "../../db/audit-events.ts";
import { connect } from "../../db/client.ts";
import { isForeignKeyError } from "../../db/errors.ts";
import { hashOf, newApiKey } from "../../lib/api-key.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { newId } from "../../lib/ids.ts";
import { includesTeam } from "../../lib/principal.ts";
import { Problem } from "../../lib/problem.ts";
import { auditEvent } from "../audit.ts";
import { requireScope, noSuchTeam } from "../require-scope.ts";
import { bodyProblems, commonProblems, idempotencyProblems } from "../problems.ts";
import { createdApiKeySchema, newApiKeySchema, toApiKey } from "./schema.ts";

const route = createRoute({
  method: "post",
  path: "/v1/api-keys",
  operationId: "createApiKey",
  tags: ["api-keys"],
  summary: "Create API Key",
  description:
    "The response contains the key, which is returned only once. Team admins create keys for their team. A key for the whole platform needs the scope `admin` on the whole platform.",
  ...requireScope("admin"),
  request: { body: { required: true, content: { "application/json": { schema: newApiKeySchema } } } },
  responses: {
    201: { description: "The created key", content: { "application/json": { schema: createdApiKeySchema } } },
    ...commonProblems,
    ...bodyProblems,
    ...idempotencyProblems,
  },
});

export function registerCreateApiKey(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { expiresAt, scopes, ...body } = c.req.valid("json");
    if (!includesTeam(c.get("visibleTeams"), body.teamId)) throw noSuchTeam();
    if (!c.env.AUTH_SECRET)
      throw new Problem("unavailable", "API keys are not configured. Set the Worker secret AUTH_SECRET.");
    const key = await newApiKey(c.env.AUTH_SECRET);
    const row = {
      ...body,
      id: newId(),
      scopes: [...new Set(scopes)],
      keyHash: await hashOf(key),
      expiresAt: expiresAt === null ? null : new Date(expiresAt),
      lastUsedAt: null,
      revokedAt: null,
      createdBy: c.get("principal").user?.id ?? null,
      createdAt: new Date(),
    };
    const db = connect(c.env);
    const event = auditEvent(c, {
      action: "api-key.create",
      targetType: "api-key",
      targetId: row.id,
      teamId: row.teamId,
      after: toApiKey(row),
    });
    await db.batch([insertApiKey(db, row), insertAuditEvent(db, event)]).catch((error: unknown) => {
      throw isForeignKeyError(error) ? noSuchTeam() : error;
    });
    c.set("mustShow", true);
    c.header("location", `/v1/api-keys/${row.id}`);
    return c.json({ ...toApiKey(row), key }, 201);
  });
}
