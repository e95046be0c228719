import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { insertAuditEvent } from "../../db/audit-events.ts";
import { connect } from "../../db/client.ts";
import { integrationsAfter } from "../../db/integrations.ts";
import { auditEvent } from "../audit.ts";
import { requirePlatformScope } from "../require-scope.ts";
import { commonProblems, idempotencyProblems } from "../problems.ts";
import { syncConfigs } from "./sync-configs.ts";

/** Integrations of one request. Each has up to 16 objects. */
const MAX_INTEGRATIONS = 100;

const route = createRoute({
  method: "post",
  path: "/v1/integrations/sync",
  operationId: "syncIntegrations",
  tags: ["integrations"],
  summary: "Sync Integrations",
  description:
    "Sends the current config of 100 integrations to their Durable Objects. Repeat the request with `nextCursor` until it is null. Needed only after the objects lost their storage, or after the database was restored: otherwise every change sends its config.",
  ...requirePlatformScope("integrations:write"),
  request: {
    query: z.object({
      cursor: z
        .uuid()
        .optional()
        .openapi({ description: "`nextCursor` of the previous response; omit it in the first request" }),
    }),
  },
  responses: {
    200: {
      description: "The integrations whose config was sent",
      content: {
        "application/json": {
          schema: z
            .object({
              synced: z.int().openapi({ description: "Number of integrations whose objects have the current config" }),
              failed: z
                .array(z.uuid())
                .openapi({ description: "Integrations with an object that does not answer. Sync them again later" }),
              nextCursor: z
                .uuid()
                .nullable()
                .openapi({ description: "Cursor of the next request; null: nothing is left" }),
            })
            .openapi("SyncedIntegrations"),
        },
      },
    },
    ...commonProblems,
    ...idempotencyProblems,
  },
});

export function registerSyncIntegrations(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { cursor = null } = c.req.valid("query");
    const rows = await integrationsAfter(connect(c.env), cursor, MAX_INTEGRATIONS);
    const { synced, failed } = await syncConfigs(c.env, rows);
    const event = auditEvent(c, {
      action: "integration.sync",
      targetType: "integration",
      targetId: "all",
      teamId: null,
      after: { cursor, synced, failed },
    });
    await insertAuditEvent(connect(c.env), event);
    const nextCursor = rows.length === MAX_INTEGRATIONS ? (rows.at(-1)?.id ?? null) : null;
    return c.json({ synced, failed, nextCursor }, 200);
  });
}
