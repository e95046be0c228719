import { statusCommand } from "../change-alerts.ts";
import { addExamples } from "../command.ts";

export const alertsAck = () =>
  addExamples(
    statusCommand("ack", "ACKNOWLEDGED").description("Acknowledge alerts."),
    'tocsin alerts ack "$ALERT" --note "Looking into it."',
    "tocsin alerts ack --query 'status:open label.service:payments' --note \"Known.\"",
    'tocsin alerts list --integration "$INTEGRATION" --status open --all | cut -f1 | xargs -r tocsin alerts ack',
  );
