import { defineCommand } from "../command.ts";
import { MOVE_OPERAND, MOVE_OPTIONS, moveAlerts } from "../move.ts";

/** `tocsin alerts resolve` */
export const alertsResolve = defineCommand({
  path: ["alerts", "resolve"],
  summary: "Resolve alerts",
  operand: MOVE_OPERAND,
  options: MOVE_OPTIONS,
  examples: ['tocsin alerts resolve "$ALERT" --note "Restarted the queue."'],
  run: (context, values, ids) => moveAlerts(context, ids, "RESOLVED", values),
});
