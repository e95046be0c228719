import { ALERT_FILTER, alertQuery } from "../alert-filter.ts";
import { defineCommand } from "../command.ts";
import { EXPORT_OPTIONS, runExport } from "../export.ts";

/** `tocsin alerts export` */
export const alertsExport = defineCommand({
  path: ["alerts", "export"],
  summary: "Write alerts as NDJSON, one a line, the earliest triggered first",
  options: { ...ALERT_FILTER, ...EXPORT_OPTIONS },
  examples: [
    "tocsin alerts export --since 30d --output alerts.ndjson",
    "tocsin alerts export --status resolved | wc -l",
  ],
  run: (context, values) =>
    runExport(context, values, {
      path: "/v1/alerts/export",
      what: "alerts",
      orderedBy: "triggeredAt",
      query: alertQuery(values, Date.now()),
    }),
});
