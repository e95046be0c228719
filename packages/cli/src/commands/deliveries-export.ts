import { Command } from "commander";
import { action, addExamples, type Context } from "../command.ts";
import { addDeliveryFilter, type DeliveryFilter, deliveryQuery } from "../delivery-filter.ts";
import { addExportOptions, type ExportOptions, runExport } from "../run-export.ts";

export const deliveriesExport = () =>
  addExamples(
    addExportOptions(addDeliveryFilter(new Command("export")))
      .summary("Export deliveries.")
      .description("Export deliveries as NDJSON: one JSON object per line, the earliest received first.")
      .option("--payload", "include the original body of each delivery, in base64")
      .action(
        action((context: Context, options: DeliveryFilter & ExportOptions & { payload?: true }) =>
          runExport(context, options, {
            path: "/v1/deliveries/export",
            rows: "deliveries",
            orderedBy: "receivedAt",
            query: { ...deliveryQuery(options, Date.now()), ...(options.payload && { includePayload: true }) },
          }),
        ),
      ),
    "tocsin deliveries export --status rejected --since 7d --output rejected.ndjson",
  );
