import { Command } from "commander";
import type { Schemas } from "../../../client/src/index.ts";
import { actorName } from "../actor.ts";
import { addAlertFilter, type AlertFilter, alertQuery } from "../alert-filter.ts";
import { dataOf, defined } from "../api-client.ts";
import { WORD_COLORS } from "../colors.ts";
import { action, addExamples, type Context } from "../command.ts";
import { EXIT } from "../errors.ts";
import { addPageOptions, type PageOptions, printList } from "../print-list.ts";
import type { Column } from "../table.ts";
import { ageOf } from "../time.ts";

/** The columns of alerts. @param now Unix ms */
export const alertColumns = (now: number): Column<Schemas["Alert"]>[] => [
  { header: "ID", text: ({ id }) => id },
  { header: "SEVERITY", text: ({ severity }) => severity, color: ({ severity }) => WORD_COLORS.get(severity) },
  { header: "STATUS", text: ({ status }) => status, color: ({ status }) => WORD_COLORS.get(status) },
  {
    header: "AGE",
    text: ({ triggeredAt }) => ageOf(triggeredAt, now),
    plain: ({ triggeredAt }) => triggeredAt,
    isNumeric: true,
    rank: 1,
  },
  { header: "COUNT", text: ({ occurrences }) => String(occurrences), isNumeric: true, rank: 2 },
  { header: "OWNER", text: ({ acknowledgedBy }) => (acknowledgedBy ? actorName(acknowledgedBy) : ""), rank: 3 },
  { header: "SOURCE", text: ({ source }) => source ?? "", rank: 4 },
  { header: "TITLE", text: ({ title }) => title, isFlexible: true },
];

export const alertsList = () =>
  addExamples(
    addPageOptions(addAlertFilter(new Command("list")))
      .summary("List alerts.")
      .description(
        "List alerts, the latest triggered first. Prints a table on a terminal, else tab-separated values: " +
          "id, severity, status, triggered at, occurrences, owner, source, title. The owner acknowledged the alert.",
      )
      .action(
        action(async ({ output, service }: Context, options: AlertFilter & PageOptions) => {
          const { client } = service();
          const now = Date.now();
          const filter = alertQuery(options, now);
          await printList(output, alertColumns(now), options, (page) =>
            dataOf(client.GET("/v1/alerts", { params: { query: defined({ ...filter, ...page }) } })),
          );
          return EXIT.done;
        }),
      ),
    "tocsin alerts list --status open --severity critical,high --since 24h",
    "tocsin alerts list --query 'status:open label.service:checkout -label.env:staging' --all --json",
  );
