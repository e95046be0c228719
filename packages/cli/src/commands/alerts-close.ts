import { statusCommand } from "../change-alerts.ts";
import { addExamples } from "../command.ts";

export const alertsClose = () =>
  addExamples(
    statusCommand("close", "CLOSED").description("Close alerts."),
    'tocsin alerts close "$ALERT" --note "No longer monitored."',
    "tocsin alerts close --query 'status:resolved until:30d'",
  );
