import { Command } from "commander";
import type { Schemas } from "../../../client/src/index.ts";
import { addAlertFilter, type AlertFilter, alertQuery } from "../alert-filter.ts";
import { dataOf, defined } from "../api-client.ts";
import { WORD_COLORS } from "../colors.ts";
import { action, addExamples, type Context } from "../command.ts";
import { EXIT } from "../errors.ts";
import type { Column } from "../table.ts";

const COLUMNS: readonly Column<Schemas["AlertCount"]>[] = [
  { header: "STATUS", text: ({ status }) => status, color: ({ status }) => WORD_COLORS.get(status) },
  { header: "SEVERITY", text: ({ severity }) => severity, color: ({ severity }) => WORD_COLORS.get(severity) },
  { header: "COUNT", text: countOf, isNumeric: true },
];

/** `1000+`: counting stopped early. */
function countOf({ count, isAtLeast }: Pick<Schemas["AlertCount"], "count" | "isAtLeast">): string {
  return `${count}${isAtLeast ? "+" : ""}`;
}

export const alertsCounts = () =>
  addExamples(
    addAlertFilter(new Command("counts"))
      .summary("Count alerts.")
      .description(
        "Count alerts by status and severity. Prints a table on a terminal, else tab-separated values: status, severity, " +
          "count. A count with a plus sign is the least number: counting stopped early.",
      )
      .action(
        action(async ({ output, service }: Context, options: AlertFilter) => {
          const query = defined(alertQuery(options, Date.now()));
          const counts = await dataOf(service().client.GET("/v1/alerts/counts", { params: { query } }));
          if (output.isJson) output.json(counts);
          else {
            output.table(COLUMNS, counts.data);
            output.note(`${countOf(counts.total)} alerts`);
          }
          return EXIT.done;
        }),
      ),
    "tocsin alerts counts --status open,acknowledged",
    "tocsin alerts counts --query 'label.service:checkout' --since 24h",
  );
