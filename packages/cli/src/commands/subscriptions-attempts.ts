import { Command, Option } from "commander";
import type { Schemas } from "../../../client/src/index.ts";
import { dataOf, defined } from "../api-client.ts";
import { WORD_COLORS } from "../colors.ts";
import { action, addExamples, type Context } from "../command.ts";
import { EXIT } from "../errors.ts";
import { parseId } from "../ids.ts";
import { addPageOptions, type PageOptions, printList } from "../print-list.ts";
import type { Column } from "../table.ts";
import { ageOf } from "../time.ts";

type Outcome = Schemas["AttemptOutcome"];

const OUTCOMES = ["delivered", "failed", "skipped"] as const satisfies readonly Outcome[];

/** @param now Unix ms */
const columns = (now: number): Column<Schemas["Attempt"]>[] => [
  { header: "ID", text: ({ id }) => id, rank: 4 },
  { header: "MESSAGE", text: ({ messageId }) => messageId, rank: 2 },
  { header: "OUTCOME", text: ({ outcome }) => outcome, color: ({ outcome }) => WORD_COLORS.get(outcome) },
  { header: "CODE", text: ({ statusCode }) => String(statusCode ?? ""), isNumeric: true },
  {
    header: "AGE",
    text: ({ startedAt }) => ageOf(startedAt, now),
    plain: ({ startedAt }) => startedAt,
    isNumeric: true,
  },
  { header: "MS", text: ({ durationMs }) => String(durationMs), isNumeric: true, rank: 1 },
  { header: "ATTEMPT", text: ({ attempt }) => String(attempt), isNumeric: true, rank: 1 },
  { header: "ALERT", text: ({ alertId }) => alertId ?? "", rank: 3 },
  { header: "ERROR", text: ({ error }) => error ?? "", isFlexible: true },
];

interface Options extends PageOptions {
  outcome?: Outcome;
  message?: string;
}

export const subscriptionsAttempts = () =>
  addExamples(
    addPageOptions(
      new Command("attempts")
        .argument("<id>", "id of the subscription", parseId)
        .addOption(new Option("--outcome <outcome>", "only attempts with this outcome").choices(OUTCOMES))
        .option("--message <id>", "only attempts of this message", parseId),
    )
      .summary("List attempts.")
      .description(
        "List the attempts to send messages of a subscription in the last 7 days, the latest first. Prints a table on a " +
          "terminal, else tab-separated values: id, message id, outcome, status code, started at, milliseconds, attempt of " +
          "the message, alert id, error.",
      )
      .action(
        action(async ({ output, service }: Context, { outcome, message, ...options }: Options, id: string) => {
          const { client } = service();
          await printList(output, columns(Date.now()), options, (page) => {
            const query = defined({ outcome, messageId: message, ...page });
            return dataOf(client.GET("/v1/subscriptions/{id}/attempts", { params: { path: { id }, query } }));
          });
          return EXIT.done;
        }),
      ),
    'tocsin subscriptions attempts "$SUBSCRIPTION" --outcome failed',
  );
