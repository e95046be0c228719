import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { requireScope } from "../require-scope.ts";
import { expireSilence, loadForChange } from "../silences/write.ts";
import { idempotencyTextProblems, textProblems, unknownSilence } from "./errors.ts";
import { silenceParam } from "./parameters.ts";
import { repeatIfChanged } from "./repeat-if-changed.ts";

const route = createRoute({
  method: "delete",
  path: "/api/v2/silence/{silenceID}",
  operationId: "alertmanagerDeleteSilence",
  tags: ["alertmanager"],
  summary: "Expire Alertmanager Silence",
  description: "Ends the silence now. Expired silences are kept for five days. An expired silence stays as it is.",
  ...requireScope("alerts:write"),
  request: { params: silenceParam },
  responses: {
    200: { description: "The silence has expired" },
    ...textProblems,
    ...unknownSilence,
    ...idempotencyTextProblems,
  },
});

export function registerDeleteSilence(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { silenceID } = c.req.valid("param");
    await repeatIfChanged(async () => expireSilence(c, await loadForChange(c, silenceID)));
    return c.body(null, 200);
  });
}
