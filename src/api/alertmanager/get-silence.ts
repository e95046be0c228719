import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { requireScope } from "../require-scope.ts";
import { textProblems, unknownSilence } from "./errors.ts";
import { ignoredQuery, silenceParam } from "./parameters.ts";
import { loadSilence } from "../silences/write.ts";
import { gettableSilenceSchema, toGettableSilence } from "./silence.ts";

const route = createRoute({
  method: "get",
  path: "/api/v2/silence/{silenceID}",
  operationId: "alertmanagerGetSilence",
  tags: ["alertmanager"],
  summary: "Get Alertmanager Silence",
  ...requireScope("alerts:read"),
  request: { params: silenceParam, query: z.object(ignoredQuery) },
  responses: {
    200: { description: "The silence", content: { "application/json": { schema: gettableSilenceSchema } } },
    ...textProblems,
    ...unknownSilence,
  },
});

export function registerGetSilence(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const silence = await loadSilence(c, c.req.valid("param").silenceID);
    return c.json(toGettableSilence(silence, Date.now()), 200);
  });
}
