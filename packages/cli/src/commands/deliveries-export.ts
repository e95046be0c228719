import { defineCommand } from "../command.ts";
import { DELIVERY_FILTER, deliveryQuery } from "../delivery-filter.ts";
import { EXPORT_OPTIONS, runExport } from "../export.ts";

/** `tocsin deliveries export` */
export const deliveriesExport = defineCommand({
  path: ["deliveries", "export"],
  summary: "Write deliveries as NDJSON, one a line, the earliest received first",
  options: {
    ...DELIVERY_FILTER,
    ...EXPORT_OPTIONS,
    payload: { type: "boolean", summary: "Each line has the body too, byte for byte as it came, in base64" },
  },
  examples: ["tocsin deliveries export --status rejected --since 7d --output refused.ndjson"],
  run: (context, values) =>
    runExport(context, values, {
      path: "/v1/deliveries/export",
      what: "deliveries",
      orderedBy: "receivedAt",
      query: { ...deliveryQuery(values, Date.now()), ...(values.payload && { includePayload: true }) },
    }),
});
