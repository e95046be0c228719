import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { PROVIDERS } from "../../providers/index.ts";
import { requireScope } from "../require-scope.ts";
import { commonProblems } from "../problems.ts";
import { providerSchema, toProvider } from "./schema.ts";

const route = createRoute({
  method: "get",
  path: "/v1/providers",
  operationId: "listProviders",
  tags: ["integrations"],
  summary: "List Providers",
  description: "Lists every source that Tocsin can read, and how to connect it.",
  ...requireScope("integrations:read"),
  responses: {
    200: {
      description: "All providers",
      content: { "application/json": { schema: z.object({ data: z.array(providerSchema), nextCursor: z.null() }) } },
    },
    ...commonProblems,
  },
});

export function registerListProviders(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, (c) => c.json({ data: [...PROVIDERS.values()].map(toProvider), nextCursor: null }, 200));
}
