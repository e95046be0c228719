import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { findDescribedDelivery } from "../../db/deliveries.ts";
import { includes } from "../../lib/principal.ts";
import { database } from "../request-scope.ts";
import { noSuch, requireScope } from "../require-scope.ts";
import { idParam } from "../pagination.ts";
import { commonProblems, notFoundProblem } from "../problems.ts";
import { deliverySchema, toDelivery } from "./schema.ts";

const route = createRoute({
  method: "get",
  path: "/v1/deliveries/{id}",
  operationId: "getDelivery",
  tags: ["deliveries"],
  summary: "Get Delivery",
  description: "Returns a delivery with the decision and its reason.",
  ...requireScope("deliveries:read"),
  request: { params: idParam },
  responses: {
    200: { description: "The delivery", content: { "application/json": { schema: deliverySchema } } },
    ...commonProblems,
    ...notFoundProblem,
  },
});

export function registerGetDelivery(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const delivery = await findDescribedDelivery(database(c), c.req.valid("param").id);
    if (!delivery || !includes(c.get("visibleTeams"), delivery)) throw noSuch("delivery");
    return c.json(toDelivery(delivery), 200);
  });
}
