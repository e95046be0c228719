import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { callObject } from "../../../objects/integration/client.ts";
import { objectName } from "../../../objects/integration/shards/index.ts";
import type { AppEnv } from "../../../lib/app-env.ts";
import { toBase64, toText } from "../../../lib/bytes.ts";
import { requireScope, noSuch } from "../../require-scope.ts";
import { commonProblems, notFoundProblem } from "../../problems.ts";
import { loadOwner, parseRowNumber, quarantinedRowSchema, rowParams, toQuarantinedRow } from "./schema.ts";

const columns = z.record(z.string(), z.unknown());

const responseSchema = quarantinedRowSchema
  .extend({
    delivery: columns.nullable().openapi({ description: "Columns of `webhook_deliveries`, without the body" }),
    alerts: z.array(columns).openapi({ description: "Columns of `alerts`" }),
    timeline: z.array(columns).openapi({ description: "Columns of `alert_timeline`" }),
    body: z
      .string()
      .nullable()
      .openapi({ description: "Body of the delivery: as text, or as base64 if it is not valid UTF-8" }),
    bodyEncoding: z.enum(["utf-8", "base64"]),
  })
  .openapi("QuarantinedRowDetail");

const route = createRoute({
  method: "get",
  path: "/v1/integrations/{id}/quarantine/{row}",
  operationId: "getQuarantinedRow",
  tags: ["integrations"],
  summary: "Get Quarantined Row",
  description: "Returns everything that the row would write to Postgres.",
  ...requireScope("deliveries:read"),
  request: { params: rowParams },
  responses: {
    200: { description: "The row", content: { "application/json": { schema: responseSchema } } },
    ...commonProblems,
    ...notFoundProblem,
  },
});

export function registerGetQuarantinedRow(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const params = c.req.valid("param");
    const owner = await loadOwner(c, params.id, "deliveries:read");
    const { row, shard } = parseRowNumber(params.row);
    const record = await callObject(c.env, objectName(owner.id, shard), (object) => object.getQuarantinedRow(row));
    if (!record) throw noSuch("row");
    const text = record.body && toText(record.body);
    return c.json(
      {
        ...toQuarantinedRow(record, shard),
        delivery: record.entry.delivery ?? null,
        alerts: record.entry.alerts ?? [],
        timeline: record.entry.timeline ?? [],
        body: record.body && (text ?? toBase64(record.body)),
        bodyEncoding: record.body && text === null ? ("base64" as const) : ("utf-8" as const),
      },
      200,
    );
  });
}
