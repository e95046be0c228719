import type { Schemas } from "../../../client/src/index.ts";
import { ALERT_FILTER, alertQuery } from "../alert-filter.ts";
import { WORD_COLORS } from "../colors.ts";
import { defineCommand } from "../command.ts";
import { EXIT } from "../errors.ts";
import { PAGE_OPTIONS, printList } from "../list.ts";
import { answered, defined } from "../service.ts";
import type { Column } from "../table.ts";
import { ageOf } from "../time.ts";

const columns = (now: number): Column<Schemas["Alert"]>[] => [
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
  { header: "TIMES", text: ({ occurrences }) => String(occurrences), isNumeric: true, rank: 2 },
  { header: "SOURCE", text: ({ source }) => source ?? "", rank: 3 },
  { header: "TITLE", text: ({ title }) => title, isFlexible: true },
];

/** `tocsin alerts list` */
export const alertsList = defineCommand({
  path: ["alerts", "list"],
  summary: "List alerts, the latest triggered first",
  description:
    "A table on a terminal; tab-separated values otherwise: id, severity, status, triggered at, occurrences, source, title.",
  options: { ...ALERT_FILTER, ...PAGE_OPTIONS },
  examples: [
    "tocsin alerts list --status open --severity critical,high --since 24h",
    "tocsin alerts list --label service=checkout --all --json",
  ],
  async run({ output, service }, values) {
    const { client } = service();
    const now = Date.now();
    const filter = alertQuery(values, now);
    await printList(output, columns(now), values, (page) =>
      answered(client.GET("/v1/alerts", { params: { query: defined({ ...filter, ...page }) } })),
    );
    return EXIT.done;
  },
});
