import { Command } from "commander";
import type { Schemas } from "../../../client/src/index.ts";
import { dataOf, defined } from "../api-client.ts";
import { WORD_COLORS } from "../colors.ts";
import { action, addExamples, type Context } from "../command.ts";
import { addDeliveryFilter, type DeliveryFilter, deliveryQuery } from "../delivery-filter.ts";
import { EXIT } from "../errors.ts";
import { addPageOptions, type PageOptions, printList } from "../print-list.ts";
import type { Column } from "../table.ts";
import { ageOf } from "../time.ts";

const columns = (now: number): Column<Schemas["Delivery"]>[] => [
  { header: "ID", text: ({ id }) => id },
  { header: "STATUS", text: ({ status }) => status, color: ({ status }) => WORD_COLORS.get(status) },
  { header: "CODE", text: ({ statusCode }) => String(statusCode), isNumeric: true, rank: 1 },
  {
    header: "AGE",
    text: ({ receivedAt }) => ageOf(receivedAt, now),
    plain: ({ receivedAt }) => receivedAt,
    isNumeric: true,
  },
  { header: "ALERT", text: ({ alertId }) => alertId ?? "", rank: 2 },
  { header: "REASON", text: ({ error, reason }) => error ?? reason ?? "", isFlexible: true },
];

export const deliveriesList = () =>
  addExamples(
    addPageOptions(addDeliveryFilter(new Command("list")))
      .summary("List deliveries.")
      .description(
        "List accepted, duplicate and rejected deliveries, the latest received first. Prints a table on a terminal, else " +
          "tab-separated values: id, status, status code, received at, alert id, reason.",
      )
      .action(
        action(async ({ output, service }: Context, options: DeliveryFilter & PageOptions) => {
          const { client } = service();
          const now = Date.now();
          const filter = deliveryQuery(options, now);
          await printList(output, columns(now), options, (page) =>
            dataOf(client.GET("/v1/deliveries", { params: { query: defined({ ...filter, ...page }) } })),
          );
          return EXIT.done;
        }),
      ),
    'tocsin deliveries list --integration "$INTEGRATION" --status rejected --since 2h',
    "tocsin deliveries list --query 'status:rejected reason:signature'",
  );
