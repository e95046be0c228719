import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { commonProblems } from "../problems.ts";
import { anyCaller } from "../users/access.ts";
import { callerSchema, toCaller } from "./schema.ts";

const route = createRoute({
  method: "get",
  path: "/v1/session",
  operationId: "getSession",
  tags: ["session"],
  summary: "Get Session",
  description: "Returns the caller's identity, scopes and teams. Works with API keys, too.",
  ...anyCaller,
  responses: {
    200: { description: "The caller", content: { "application/json": { schema: callerSchema } } },
    ...commonProblems,
  },
});

export function registerGetSession(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => c.json(await toCaller(c, c.get("principal")), 200));
}
