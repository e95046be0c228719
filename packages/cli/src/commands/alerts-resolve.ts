import { statusCommand } from "../change-alerts.ts";
import { addExamples } from "../command.ts";

export const alertsResolve = () =>
  addExamples(
    statusCommand("resolve", "RESOLVED").description("Resolve alerts."),
    'tocsin alerts resolve "$ALERT" --note "Restarted the queue."',
  );
