import { Command } from "commander";
import type { Schemas } from "../../../client/src/index.ts";
import { dataOf, defined } from "../api-client.ts";
import { action, addExamples, type Context } from "../command.ts";
import { EXIT } from "../errors.ts";
import { parseId } from "../ids.ts";
import { addPageOptions, type PageOptions, printList } from "../print-list.ts";
import { isWorking, stateText } from "../subscription-state.ts";
import type { Column } from "../table.ts";

type Subscription = Schemas["ListedSubscription"];

const COLUMNS: readonly Column<Subscription>[] = [
  { header: "ID", text: ({ id }) => id },
  { header: "STATE", text: stateText, color: (one) => (isWorking(one) ? "green" : "red") },
  { header: "PENDING", text: ({ state }) => String(state?.pendingMessages ?? ""), isNumeric: true, rank: 2 },
  { header: "DEAD", text: ({ state }) => String(state?.deadLetters ?? ""), isNumeric: true, rank: 1 },
  { header: "PRESET", text: ({ preset }) => preset ?? "", rank: 3 },
  { header: "NAME", text: ({ name }) => name, isFlexible: true },
  { header: "URL", text: ({ url }) => url, isFlexible: true, rank: 4 },
];

export const subscriptionsList = () =>
  addExamples(
    addPageOptions(new Command("list").option("--team <id>", "only subscriptions of this team", parseId))
      .summary("List subscriptions.")
      .description(
        "List subscriptions. Prints a table on a terminal, else tab-separated values: id, state, pending messages, dead " +
          "letters, preset, name, URL.",
      )
      .action(
        action(async ({ output, service }: Context, { team, ...options }: PageOptions & { team?: string }) => {
          const { client } = service();
          await printList(output, COLUMNS, options, (page) => {
            const query = { include: "state" as const, ...defined({ teamId: team, ...page }) };
            return dataOf(client.GET("/v1/subscriptions", { params: { query } }));
          });
          return EXIT.done;
        }),
      ),
    "tocsin subscriptions list",
  );
