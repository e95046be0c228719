import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { findDescribedDelivery } from "../../db/deliveries.ts";
import { findRecognizable } from "../../db/recognizable.ts";
import { includes } from "../../lib/principal.ts";
import { database } from "../request-scope.ts";
import { noSuch, requireScope } from "../require-scope.ts";
import { idParam } from "../pagination.ts";
import { commonProblems, notFoundProblem } from "../problems.ts";
import { suggestionOf } from "../suggested-provider.ts";
import { deliveryDetailSchema, toDelivery } from "./schema.ts";

const route = createRoute({
  method: "get",
  path: "/v1/deliveries/{id}",
  operationId: "getDelivery",
  tags: ["deliveries"],
  summary: "Get Delivery",
  description:
    "Returns a delivery with the decision and its reason, and the provider that its integration should have instead, if any.",
  ...requireScope("deliveries:read"),
  request: { params: idParam },
  responses: {
    200: { description: "The delivery", content: { "application/json": { schema: deliveryDetailSchema } } },
    ...commonProblems,
    ...notFoundProblem,
  },
});

export function registerGetDelivery(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { id } = c.req.valid("param");
    const db = database(c);
    const [delivery, request] = await Promise.all([findDescribedDelivery(db, id), findRecognizable(db, id)]);
    if (!delivery || !includes(c.get("visibleTeams"), delivery)) throw noSuch("delivery");
    return c.json({ ...toDelivery(delivery), suggestedProvider: await suggestionOf(request) }, 200);
  });
}
