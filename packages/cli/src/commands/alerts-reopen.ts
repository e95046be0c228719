import { statusCommand } from "../change-alerts.ts";
import { addExamples } from "../command.ts";

export const alertsReopen = () =>
  addExamples(
    statusCommand("reopen", "OPEN")
      .summary("Reopen alerts.")
      .description("Reopen alerts. A resolved or closed alert stays as it is if a newer alert has its key."),
    'tocsin alerts reopen "$ALERT" --note "It is back."',
  );
