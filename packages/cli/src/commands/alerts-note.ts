import { Command } from "commander";
import { addTargets, changeAlerts } from "../change-alerts.ts";
import { action, addExamples, type Context } from "../command.ts";

export const alertsNote = () =>
  addExamples(
    addTargets(new Command("note"))
      .description("Add a note to the timeline of alerts.")
      .requiredOption("--note <text>", "text of the note")
      .action(
        action((context: Context, { note, query }: { note: string; query?: string }, ids: string[]) =>
          changeAlerts(context, { ids, query }, { note }),
        ),
      ),
    'tocsin alerts note "$ALERT" --note "The disk arrives at 14:00."',
    "tocsin alerts note --query 'status:open label.service:payments' --note \"Caused by the deploy.\"",
  );
