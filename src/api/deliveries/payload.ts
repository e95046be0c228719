import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { connect } from "../../db/client.ts";
import { findPayload } from "../../db/deliveries.ts";
import { utf8 } from "../../lib/bytes.ts";
import { includesTeam } from "../../lib/principal.ts";
import { requireScope, noSuch } from "../require-scope.ts";
import { idParam } from "../page.ts";
import { commonProblems, notFoundProblem } from "../problems.ts";

const route = createRoute({
  method: "get",
  path: "/v1/deliveries/{id}/payload",
  operationId: "getDeliveryPayload",
  tags: ["deliveries"],
  summary: "Get the body of a delivery, byte for byte as it came",
  ...requireScope("deliveries:read"),
  request: { params: idParam },
  responses: {
    200: {
      description: "The bytes, under the content type that they came with",
      content: { "*/*": { schema: z.string().openapi({ format: "binary" }) } },
    },
    ...commonProblems,
    ...notFoundProblem,
  },
});

export function registerGetDeliveryPayload(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { id } = c.req.valid("param");
    const row = await findPayload(connect(c.env), id);
    if (!row || !includesTeam(c.get("visibleTeams"), row.teamId)) throw noSuch("delivery");
    const bytes = row.payload === null ? (row.body ?? new Uint8Array()) : utf8(row.payload);
    return new Response(bytes as Uint8Array<ArrayBuffer>, {
      headers: {
        "content-type": row.contentType ?? "application/octet-stream",
        // A stranger may have written it: no browser may run it in our name.
        "content-disposition": `attachment; filename="${id}"`,
        "content-security-policy": "sandbox; default-src 'none'",
      },
    });
  });
}
