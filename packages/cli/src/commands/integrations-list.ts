import { Command } from "commander";
import type { Schemas } from "../../../client/src/index.ts";
import { dataOf, defined } from "../api-client.ts";
import { action, addExamples, type Context } from "../command.ts";
import { EXIT } from "../errors.ts";
import { parseId } from "../ids.ts";
import { addPageOptions, type PageOptions, printList } from "../print-list.ts";
import type { Column } from "../table.ts";

const COLUMNS: readonly Column<Schemas["Integration"]>[] = [
  { header: "ID", text: ({ id }) => id },
  { header: "PROVIDER", text: ({ provider }) => provider },
  { header: "VERIFICATION", text: ({ verification }) => verification.scheme, rank: 2 },
  {
    header: "STATE",
    text: ({ isEnabled }) => (isEnabled ? "enabled" : "disabled"),
    color: ({ isEnabled }) => (isEnabled ? "green" : "gray"),
    rank: 1,
  },
  { header: "NAME", text: ({ name }) => name, isFlexible: true },
];

export const integrationsList = () =>
  addExamples(
    addPageOptions(new Command("list").option("--team <id>", "only integrations of this team", parseId))
      .summary("List integrations.")
      .description(
        "List integrations. Prints a table on a terminal, else tab-separated values: id, provider, verification scheme, " +
          "state, name.",
      )
      .action(
        action(async ({ output, service }: Context, { team, ...options }: PageOptions & { team?: string }) => {
          const { client } = service();
          await printList(output, COLUMNS, options, (page) =>
            dataOf(client.GET("/v1/integrations", { params: { query: defined({ teamId: team, ...page }) } })),
          );
          return EXIT.done;
        }),
      ),
    "tocsin integrations list",
  );
