import type { Schemas } from "../../../client/src/index.ts";
import { WORD_COLORS } from "../colors.ts";
import { defineCommand } from "../command.ts";
import { DELIVERY_FILTER, deliveryQuery } from "../delivery-filter.ts";
import { EXIT } from "../errors.ts";
import { PAGE_OPTIONS, printList } from "../list.ts";
import { answered, defined } from "../service.ts";
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

/** `tocsin deliveries list` */
export const deliveriesList = defineCommand({
  path: ["deliveries", "list"],
  summary: "List deliveries, whatever became of them, the latest received first",
  description:
    "A table on a terminal; tab-separated values otherwise: id, status, code, received at, alert id, reason.",
  options: { ...DELIVERY_FILTER, ...PAGE_OPTIONS },
  examples: ['tocsin deliveries list --integration "$INTEGRATION" --status rejected --since 2h'],
  async run({ output, service }, values) {
    const { client } = service();
    const now = Date.now();
    const filter = deliveryQuery(values, now);
    await printList(output, columns(now), values, (page) =>
      answered(client.GET("/v1/deliveries", { params: { query: defined({ ...filter, ...page }) } })),
    );
    return EXIT.done;
  },
});
