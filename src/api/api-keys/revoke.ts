import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { findApiKey, revokeApiKey } from "../../db/api-keys.ts";
import { insertAuditEvent } from "../../db/audit-events.ts";
import { connect } from "../../db/client.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { endStreams } from "../../objects/feed/client.ts";
import { includesTeam } from "../../lib/principal.ts";
import { auditEvent } from "../audit.ts";
import { forgetApiKey } from "../auth.ts";
import { requireScope, noSuch } from "../require-scope.ts";
import { idParam } from "../pagination.ts";
import { commonProblems, notFoundProblem } from "../problems.ts";
import { toApiKey } from "./schema.ts";

const route = createRoute({
  method: "delete",
  path: "/v1/api-keys/{id}",
  operationId: "revokeApiKey",
  tags: ["api-keys"],
  summary: "Revoke API Key",
  description:
    "The key stops working everywhere within ten seconds, and its streams end at once. Its record stays. Revoking a key again changes nothing.",
  ...requireScope("admin"),
  request: { params: idParam },
  responses: { 204: { description: "Revoked" }, ...commonProblems, ...notFoundProblem },
});

export function registerRevokeApiKey(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const db = connect(c.env);
    const row = await findApiKey(db, c.req.valid("param").id);
    if (!row || !includesTeam(c.get("visibleTeams"), row.teamId)) throw noSuch("API key");
    if (row.revokedAt === null) {
      const event = auditEvent(c, {
        action: "api-key.revoke",
        targetType: "api-key",
        targetId: row.id,
        teamId: row.teamId,
        before: toApiKey(row),
      });
      await db.batch([revokeApiKey(db, row.id, new Date()), insertAuditEvent(db, event)]);
      forgetApiKey(row);
    }
    // Also when the key is revoked already: the Feed may not have been reached.
    await endStreams(c.env, { actors: [`api:${row.id}`] });
    return c.body(null, 204);
  });
}
