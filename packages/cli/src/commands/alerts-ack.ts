import { defineCommand } from "../command.ts";
import { MOVE_OPERAND, MOVE_OPTIONS, moveAlerts } from "../move.ts";

/** `tocsin alerts ack` */
export const alertsAck = defineCommand({
  path: ["alerts", "ack"],
  summary: "Acknowledge alerts",
  operand: MOVE_OPERAND,
  options: MOVE_OPTIONS,
  examples: [
    'tocsin alerts ack "$ALERT" --note "Looking into it."',
    "tocsin alerts list --status open --all | cut -f1 | xargs -r tocsin alerts ack",
  ],
  run: (context, values, ids) => moveAlerts(context, ids, "ACKNOWLEDGED", values),
});
