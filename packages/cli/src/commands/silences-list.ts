import { Command } from "commander";
import type { Schemas } from "../../../client/src/index.ts";
import { actorName } from "../actor.ts";
import { dataOf, defined } from "../api-client.ts";
import { WORD_COLORS } from "../colors.ts";
import { action, addExamples, type Context, listOption } from "../command.ts";
import { EXIT } from "../errors.ts";
import { parseId } from "../ids.ts";
import { matchersText } from "../matchers.ts";
import { addPageOptions, type PageOptions, printList } from "../print-list.ts";
import type { Column } from "../table.ts";

const STATES = ["pending", "active", "expired"] as const satisfies readonly Schemas["SilenceState"][];

const COLUMNS: readonly Column<Schemas["Silence"]>[] = [
  { header: "ID", text: ({ id }) => id },
  { header: "STATE", text: ({ state }) => state, color: ({ state }) => WORD_COLORS.get(state) },
  { header: "STARTS", text: ({ startsAt }) => startsAt, rank: 3 },
  { header: "ENDS", text: ({ endsAt }) => endsAt, rank: 1 },
  { header: "CREATED BY", text: ({ createdBy }) => actorName(createdBy), rank: 2 },
  { header: "MATCHERS", text: ({ matchers }) => matchersText(matchers), isFlexible: true },
  { header: "COMMENT", text: ({ comment }) => comment, isFlexible: true, rank: 4 },
];

interface Options extends PageOptions {
  state?: Schemas["SilenceState"][];
  team?: string;
}

export const silencesList = () =>
  addExamples(
    addPageOptions(
      new Command("list")
        .addOption(listOption("--state <state>", "only silences in this state (default: pending and active)", STATES))
        .option("--team <id>", "only silences of this team", parseId),
    )
      .summary("List silences.")
      .description(
        "List silences. Prints a table on a terminal, else tab-separated values: id, state, starts at, ends at, created by, " +
          "matchers, comment. Expired silences stay for five days.",
      )
      .action(
        action(async ({ output, service }: Context, { team, state = ["pending", "active"], ...options }: Options) => {
          const { client } = service();
          await printList(output, COLUMNS, options, (page) =>
            dataOf(client.GET("/v1/silences", { params: { query: defined({ state, teamId: team, ...page }) } })),
          );
          return EXIT.done;
        }),
      ),
    "tocsin silences list",
    "tocsin silences list --state expired --json",
  );
