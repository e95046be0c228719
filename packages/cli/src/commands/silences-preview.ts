import { Command } from "commander";
import { dataOf, defined } from "../api-client.ts";
import { action, addExamples, type Context } from "../command.ts";
import { EXIT } from "../errors.ts";
import { parseId } from "../ids.ts";
import { MATCHERS_ARGUMENT, readMatchers } from "../matchers.ts";
import { alertColumns } from "./alerts-list.ts";

export const silencesPreview = () =>
  addExamples(
    new Command("preview")
      .summary("Preview a silence.")
      .description(
        "Preview a silence: count the unresolved alerts that it would mute now, and list the latest 20 as alerts list does. " +
          "Changes nothing.",
      )
      .argument("<matcher...>", MATCHERS_ARGUMENT)
      .option("--team <id>", "only alerts of this team", parseId)
      .action(
        action(async ({ output, service }: Context, { team }: { team?: string }, matchers: string[]) => {
          const body = { matchers: readMatchers(matchers), ...defined({ teamId: team }) };
          const preview = await dataOf(service().client.POST("/v1/silences/preview", { body }));
          if (output.isJson) output.json(preview);
          else {
            output.table(alertColumns(Date.now()), preview.data);
            output.note(`Alerts that match now: ${preview.count}${preview.isAtLeast ? "+" : ""}`);
          }
          return EXIT.done;
        }),
      ),
    'tocsin silences preview service=payments severity=~"low|info"',
  );
