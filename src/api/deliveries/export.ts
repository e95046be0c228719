import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { connect, withConnection } from "../../db/client.ts";
import { exportDeliveries, findDelivery, type ListedDelivery } from "../../db/deliveries.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { EXPORT_DESCRIPTION, EXPORT_PAGE, exportLines, exportQuery, exportResponse } from "../export.ts";
import { requireScope } from "../require-scope.ts";
import { commonProblems } from "../problems.ts";
import { deliveryQuery } from "./filter.ts";
import { deliverySchema, toDelivery } from "./schema.ts";

const lineSchema = deliverySchema
  .extend({
    payloadBase64: z.string().optional().openapi({ description: "The body, where `includePayload` asks for it" }),
  })
  .openapi("ExportedDelivery");

const route = createRoute({
  method: "get",
  path: "/v1/deliveries/export",
  operationId: "exportDeliveries",
  tags: ["deliveries"],
  summary: "Export deliveries, the first received first, as lines of JSON",
  description: `Each line is a delivery as the list has it. ${EXPORT_DESCRIPTION}`,
  ...requireScope("deliveries:read"),
  request: {
    query: z.object({
      ...deliveryQuery,
      ...exportQuery,
      includePayload: z
        .enum(["true", "false"])
        .default("false")
        .openapi({ description: "Each line has the body, byte for byte as it came, as `payloadBase64`" }),
    }),
  },
  responses: { ...exportResponse("The deliveries", lineSchema), ...commonProblems },
});

export function registerExportDeliveries(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { after, teamId, includePayload, ...filter } = c.req.valid("query");
    const withPayload = includePayload === "true";
    return exportLines<ListedDelivery & { payloadBase64?: string | null }>(c, {
      name: "deliveries",
      scope: "deliveries:read",
      teamId,
      after,
      find: (id) => findDelivery(connect(c.env), id),
      teamOf: (row) => row.teamId,
      timeOf: (row) => row.receivedAt,
      page: (visibleTeams, place) =>
        withConnection(c.env, (db) => exportDeliveries(db, visibleTeams, filter, place, EXPORT_PAGE, withPayload)),
      toItem: ({ payloadBase64, ...row }) => ({ ...toDelivery(row), ...(withPayload && { payloadBase64 }) }),
    });
  });
}
