import { Command } from "commander";
import type { Schemas } from "../../../client/src/index.ts";
import { actorName } from "../actor.ts";
import { dataOf, defined } from "../api-client.ts";
import { WORD_COLORS } from "../colors.ts";
import { action, addExamples, type Context } from "../command.ts";
import { EXIT } from "../errors.ts";
import { type Fact, printFacts, sinceThen } from "../facts.ts";
import { parseId } from "../ids.ts";
import { readAll } from "../print-list.ts";
import type { Column } from "../table.ts";

type Entry = Schemas["TimelineEntry"];

export const alertsShow = () =>
  addExamples(
    new Command("show")
      .summary("Show an alert.")
      .description(
        "Show an alert with its timeline, the earliest entry first. Each entry: recorded at, type, status, severity, who, " +
          "note. With --json, prints the alert as the API sends it, with its entries in the field timeline.",
      )
      .argument("<id>", "id of the alert", parseId)
      .action(
        action(async ({ output, service }: Context, _options: object, id: string) => {
          const { client } = service();
          const path = { id };
          const alert = await dataOf(client.GET("/v1/alerts/{id}", { params: { path } }));
          const { data: timeline } = await readAll((page) =>
            dataOf(client.GET("/v1/alerts/{id}/timeline", { params: { path, query: defined(page) } })),
          );
          if (output.isJson) output.json({ ...alert, timeline });
          else {
            printFacts(output, factsOf(alert, Date.now()));
            output.line("");
            output.table(TIMELINE, timeline);
          }
          return EXIT.done;
        }),
      ),
    'tocsin alerts show "$ALERT"',
    "tocsin alerts show \"$ALERT\" --json | jq -r '.timeline[] | select(.note) | .note'",
  );

const TIMELINE: readonly Column<Entry>[] = [
  { header: "RECORDED", text: ({ recordedAt }) => recordedAt },
  { header: "TYPE", text: ({ type }) => type },
  { header: "STATUS", text: ({ status }) => status, color: ({ status }) => WORD_COLORS.get(status) },
  { header: "SEVERITY", text: ({ severity }) => severity, color: ({ severity }) => WORD_COLORS.get(severity), rank: 1 },
  { header: "WHO", text: ({ actor }) => actorName(actor) },
  { header: "NOTE", text: ({ note }) => note ?? "", isFlexible: true },
];

/** @param now Unix ms */
function factsOf(alert: Schemas["Alert"], now: number): Fact[] {
  const { severity, status, acknowledgedBy, acknowledgedAt } = alert;
  const since = (instant: string | null) => instant && sinceThen(instant, now);
  return [
    ["Alert", alert.id],
    ["Title", alert.title, "bold"],
    ["Severity", severity, WORD_COLORS.get(severity)],
    ["Status", status, WORD_COLORS.get(status)],
    ["Integration", alert.integrationId],
    ["Source", alert.source],
    ["Alert key", alert.alertKey],
    ["External id", alert.externalId],
    ["Triggered", since(alert.triggeredAt)],
    ["Last seen", since(alert.lastSeenAt)],
    ["Occurrences", String(alert.occurrences)],
    [
      "Acknowledged",
      acknowledgedAt && `${since(acknowledgedAt)}${acknowledgedBy ? ` by ${actorName(acknowledgedBy)}` : ""}`,
    ],
    ["Resolved", since(alert.resolvedAt)],
    ["Closed", since(alert.closedAt)],
    ["Snoozed until", alert.snoozedUntil],
    ["Silenced by", alert.silencedBy.length > 0 ? alert.silencedBy.join(", ") : null],
    ["Console", alert.consoleUrl],
    ["URL", alert.url],
    ["Description", alert.description],
  ];
}
