import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { findPayload } from "../../db/deliveries.ts";
import { bodyOf } from "../../db/replayable.ts";
import { includes } from "../../lib/principal.ts";
import { attachmentHeader } from "../export.ts";
import { database } from "../request-scope.ts";
import { noSuch, requireScope } from "../require-scope.ts";
import { idParam } from "../pagination.ts";
import { commonProblems, notFoundProblem } from "../problems.ts";

const route = createRoute({
  method: "get",
  path: "/v1/deliveries/{id}/payload",
  operationId: "getDeliveryPayload",
  tags: ["deliveries"],
  summary: "Get Delivery Payload",
  description: "Returns the original body of a delivery, byte for byte.",
  ...requireScope("deliveries:read"),
  request: { params: idParam },
  responses: {
    200: {
      description: "The body, with the content type of the delivery",
      headers: attachmentHeader,
      content: { "*/*": { schema: z.string().openapi({ format: "binary" }) } },
    },
    ...commonProblems,
    ...notFoundProblem,
  },
});

export function registerGetDeliveryPayload(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { id } = c.req.valid("param");
    const row = await findPayload(database(c), id);
    if (!row || !includes(c.get("visibleTeams"), row)) throw noSuch("delivery");
    return new Response(bodyOf(row), {
      headers: {
        "content-type": row.contentType ?? "application/octet-stream",
        // The body may be unverified: browsers must not run it on this origin.
        "content-disposition": `attachment; filename="${id}"`,
        "content-security-policy": "sandbox; default-src 'none'",
      },
    });
  });
}
