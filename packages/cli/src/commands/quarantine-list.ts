import { Command } from "commander";
import type { Schemas } from "../../../client/src/index.ts";
import { dataOf, defined } from "../api-client.ts";
import { action, addExamples, type Context } from "../command.ts";
import { EXIT } from "../errors.ts";
import { parseId } from "../ids.ts";
import { addPageOptions, type PageOptions, printList } from "../print-list.ts";
import type { Column } from "../table.ts";
import { ageOf } from "../time.ts";

/** @param now Unix ms */
const columns = (now: number): Column<Schemas["QuarantinedRow"]>[] => [
  { header: "ROW", text: ({ row }) => String(row), isNumeric: true },
  {
    header: "AGE",
    text: ({ quarantinedAt }) => ageOf(quarantinedAt, now),
    plain: ({ quarantinedAt }) => quarantinedAt,
    isNumeric: true,
  },
  { header: "BYTES", text: ({ bytes }) => String(bytes), isNumeric: true, rank: 2 },
  { header: "DELIVERY", text: ({ deliveryId }) => deliveryId ?? "", rank: 1 },
  { header: "ERROR", text: ({ error }) => error, isFlexible: true },
];

export const quarantineList = () =>
  addExamples(
    addPageOptions(new Command("list").argument("<integration>", "id of the integration", parseId))
      .summary("List quarantined rows.")
      .description(
        "List the rows of an integration that Postgres rejected. Prints a table on a terminal, else tab-separated values: " +
          "row, quarantined at, bytes, delivery id, error.",
      )
      .action(
        action(async ({ output, service }: Context, options: PageOptions, id: string) => {
          const { client } = service();
          await printList(output, columns(Date.now()), options, (page) => {
            const params = { path: { id }, query: defined(page) };
            return dataOf(client.GET("/v1/integrations/{id}/quarantine", { params }));
          });
          return EXIT.done;
        }),
      ),
    'tocsin quarantine list "$INTEGRATION"',
  );
