import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { commonProblems } from "../problems.ts";
import { anybody } from "../users/user.ts";
import { callerSchema, toCaller } from "./schema.ts";

const route = createRoute({
  method: "get",
  path: "/v1/session",
  operationId: "getSession",
  tags: ["session"],
  summary: "Who you are, and what you may do; also for keys",
  ...anybody,
  responses: {
    200: { description: "Who you are", content: { "application/json": { schema: callerSchema } } },
    ...commonProblems,
  },
});

export function registerGetSession(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => c.json(await toCaller(c, c.get("principal")), 200));
}
