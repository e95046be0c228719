import { statusCommand } from "../change-status.ts";
import { addExamples } from "../command.ts";

export const alertsAck = () =>
  addExamples(
    statusCommand("ack", "ACKNOWLEDGED").description("Acknowledge alerts."),
    'tocsin alerts ack "$ALERT" --note "Looking into it."',
    'tocsin alerts list --integration "$INTEGRATION" --status open --all | cut -f1 | xargs -r tocsin alerts ack',
  );
