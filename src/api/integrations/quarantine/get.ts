import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { callObject } from "../../../objects/integration/client.ts";
import { objectName } from "../../../objects/integration/shards/index.ts";
import type { AppEnv } from "../../../lib/app-env.ts";
import { toBase64, toText } from "../../../lib/bytes.ts";
import { requireScope, noSuch } from "../../require-scope.ts";
import { commonProblems, notFoundProblem } from "../../problems.ts";
import { ownerOf, placeOf, rowParams, quarantinedRowSchema, toQuarantinedRow } from "./schema.ts";

const columns = z.record(z.string(), z.unknown());

const detailSchema = quarantinedRowSchema
  .extend({
    delivery: columns.nullable().openapi({ description: "Columns of `webhook_deliveries`, less the body" }),
    alerts: z.array(columns).openapi({ description: "Columns of `alerts`" }),
    events: z.array(columns).openapi({ description: "Columns of `alert_timeline`" }),
    body: z.string().nullable().openapi({ description: "The body as it came: text, or base64 where it is no UTF-8" }),
    bodyEncoding: z.enum(["utf-8", "base64"]),
  })
  .openapi("QuarantinedRowDetail");

const route = createRoute({
  method: "get",
  path: "/v1/integrations/{id}/quarantine/{row}",
  operationId: "getQuarantinedRow",
  tags: ["integrations"],
  summary: "Get all that a row holds that Postgres refused",
  ...requireScope("deliveries:read"),
  request: { params: rowParams },
  responses: {
    200: { description: "The row", content: { "application/json": { schema: detailSchema } } },
    ...commonProblems,
    ...notFoundProblem,
  },
});

export function registerGetQuarantinedRow(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { id, row } = c.req.valid("param");
    const owner = await ownerOf(c, id, "deliveries:read");
    const place = placeOf(row);
    const record = await callObject(c.env, objectName(owner.id, place.shard), (object) =>
      object.getQuarantinedRow(place.row),
    );
    if (!record) throw noSuch("row");
    const text = record.body && toText(record.body);
    return c.json(
      {
        ...toQuarantinedRow(record, place.shard),
        delivery: record.delivery === null ? null : (JSON.parse(record.delivery) as z.infer<typeof columns>),
        alerts: JSON.parse(`[${record.alerts}]`) as z.infer<typeof columns>[],
        events: JSON.parse(`[${record.events}]`) as z.infer<typeof columns>[],
        body: record.body && (text ?? toBase64(record.body)),
        bodyEncoding: record.body && text === null ? ("base64" as const) : ("utf-8" as const),
      },
      200,
    );
  });
}
