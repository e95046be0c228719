import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { insertApiKey } from "../../db/api-keys.ts";
import { insertAuditEvent } from "../../db/audit-events.ts";
import { connect } from "../../db/client.ts";
import { isForeignKeyError } from "../../db/errors.ts";
import { findIntegration } from "../../db/integrations.ts";
import { hashOf } from "../../lib/api-key.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { newId } from "../../lib/ids.ts";
import { includesTeam } from "../../lib/principal.ts";
import { Problem } from "../../lib/problem.ts";
import { auditEvent } from "../audit.ts";
import { requireScope, noSuchTeam } from "../require-scope.ts";
import { bodyProblems, commonProblems, idempotencyProblems } from "../problems.ts";
import { generateKey } from "./access.ts";
import { createdApiKeySchema, newApiKeySchema, toApiKey } from "./schema.ts";

const route = createRoute({
  method: "post",
  path: "/v1/api-keys",
  operationId: "createApiKey",
  tags: ["api-keys"],
  summary: "Create API Key",
  description:
    "The response contains the key, which is returned only once. Team admins create keys for their team. A key for the whole platform " +
    "needs the scope `admin` on the whole platform. A key with `integrationId` sees and changes only that integration, its alerts " +
    "and its deliveries; it sees nothing once the integration moves to another team.",
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
    const { expiresAt, scopes, teamId: givenTeamId, integrationId, ...body } = c.req.valid("json");
    const ofIntegration = integrationId === null ? null : await findTeamOf(c, integrationId);
    const teamId = givenTeamId === undefined ? ofIntegration : givenTeamId;
    if (!includesTeam(c.get("visibleTeams"), teamId)) throw noSuchTeam();
    if (integrationId !== null && teamId !== null && teamId !== ofIntegration) throw noSuchIntegration();
    const key = await generateKey(c.env);
    const row = {
      ...body,
      teamId,
      integrationId,
      id: newId(),
      scopes: [...new Set(scopes)],
      keyHash: await hashOf(key),
      previousKeyHash: null,
      previousKeyExpiresAt: null,
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

/** The team of an integration. @throws Problem `invalid-request` when the caller does not administer it */
async function findTeamOf(c: Context<AppEnv>, integrationId: string): Promise<string | null> {
  const integration = await findIntegration(connect(c.env), integrationId);
  if (!integration || !includesTeam(c.get("visibleTeams"), integration.teamId)) throw noSuchIntegration();
  return integration.teamId;
}

const noSuchIntegration = (): Problem =>
  new Problem("invalid-request", "Unknown integration. Set `integrationId` to an integration of the key's team.", {
    errors: [{ pointer: "/integrationId", detail: "no such integration" }],
  });
