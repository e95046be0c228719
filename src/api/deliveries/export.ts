import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { exportDeliveries, findDelivery, isLastPage, type ListedDelivery } from "../../db/deliveries.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { EXPORT_DESCRIPTION, EXPORT_PAGE, exportQuery, exportResponse, streamExport } from "../export.ts";
import { database } from "../request-scope.ts";
import { requireScope } from "../require-scope.ts";
import { commonProblems } from "../problems.ts";
import { deliveryQuery, readDeliveryFilter } from "./filter.ts";
import { deliveryFields, toDeliveryFields } from "./schema.ts";

const lineSchema = deliveryFields
  .extend({
    payloadBase64: z
      .string()
      .optional()
      .openapi({ description: "Body of the delivery in Base64, with `includePayload`" }),
  })
  .openapi({ description: "A line of the export" });

const route = createRoute({
  method: "get",
  path: "/v1/deliveries/export",
  operationId: "exportDeliveries",
  tags: ["deliveries"],
  summary: "Export Deliveries",
  description: `Exports deliveries as NDJSON or CSV, the first received first. ${EXPORT_DESCRIPTION}`,
  ...requireScope("deliveries:read"),
  request: {
    query: z.object({
      ...deliveryQuery,
      ...exportQuery,
      includePayload: z
        .enum(["true", "false"])
        .default("false")
        .openapi({ description: "Add the original body to each line, as `payloadBase64`" }),
    }),
  },
  responses: { ...exportResponse("Deliveries", "ExportedDelivery"), ...commonProblems },
});

export function registerExportDeliveries(app: OpenAPIHono<AppEnv>): void {
  app.openAPIRegistry.register("ExportedDelivery", lineSchema);
  app.openapi(route, async (c) => {
    const { cursor, format, includePayload, ...query } = c.req.valid("query");
    const { filter, teamIds } = await readDeliveryFilter(c, query);
    const withPayload = includePayload === "true";
    return streamExport<ListedDelivery & { payloadBase64?: string | null }>(c, {
      name: "deliveries",
      scope: "deliveries:read",
      teamIds,
      cursor,
      format,
      columns: Object.keys(withPayload ? lineSchema.shape : deliveryFields.shape),
      find: (id) => findDelivery(database(c), id),
      timeOf: (row) => row.receivedAt,
      page: (db, visibleTeams, after) => exportDeliveries(db, visibleTeams, filter, after, EXPORT_PAGE, withPayload),
      isLast: (rows) => isLastPage(rows, EXPORT_PAGE, withPayload),
      toItem: ({ payloadBase64, ...row }) => ({ ...toDeliveryFields(row), ...(withPayload && { payloadBase64 }) }),
    });
  });
}
