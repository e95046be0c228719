import { Command } from "commander";
import { addAlertFilter, type AlertFilter, alertQuery } from "../alert-filter.ts";
import { action, addExamples, type Context } from "../command.ts";
import { addExportOptions, type ExportOptions, runExport } from "../run-export.ts";

export const alertsExport = () =>
  addExamples(
    addExportOptions(addAlertFilter(new Command("export")))
      .summary("Export alerts.")
      .description("Export alerts as NDJSON: one JSON object per line, the earliest triggered first.")
      .action(
        action((context: Context, options: AlertFilter & ExportOptions) =>
          runExport(context, options, {
            path: "/v1/alerts/export",
            rows: "alerts",
            orderedBy: "triggeredAt",
            query: alertQuery(options, Date.now()),
          }),
        ),
      ),
    "tocsin alerts export --since 30d --output alerts.ndjson",
    "tocsin alerts export --status resolved | wc -l",
  );
