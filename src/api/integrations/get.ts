import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { connect } from "../../db/client.ts";
import { findIntegration } from "../../db/integrations.ts";
import { callObject } from "../../integration/client.ts";
import { Problem } from "../../lib/problem.ts";
import { toIso } from "../../lib/time.ts";
import { idParam } from "../page.ts";
import { setupFor } from "../providers/schema.ts";
import { commonProblems, notFoundProblem } from "../problems.ts";
import { integrationDetailSchema, toIntegration } from "./schema.ts";

const route = createRoute({
  method: "get",
  path: "/v1/integrations/{id}",
  operationId: "getIntegration",
  tags: ["integrations"],
  summary: "Get an integration and how its outbox stands",
  request: { params: idParam },
  responses: {
    200: { description: "The integration", content: { "application/json": { schema: integrationDetailSchema } } },
    ...commonProblems,
    ...notFoundProblem,
  },
});

export function registerGetIntegration(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const row = await findIntegration(connect(c.env), c.req.valid("param").id);
    if (!row) throw new Problem("not-found", "There is no such integration.");
    const { oldestAt, ...outbox } = await callObject(c.env, row.id, (object) => object.outbox());
    const integration = toIntegration(row, c.req.url);
    return c.json(
      {
        ...integration,
        setup: setupFor(row.provider, integration.ingestUrl),
        outbox: { ...outbox, oldestAt: oldestAt === null ? null : toIso(oldestAt) },
      },
      200,
    );
  });
}
