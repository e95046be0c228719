/** Every command, in the order of the help. */
import type { Command } from "./command.ts";
import { alertsAck } from "./commands/alerts-ack.ts";
import { alertsExport } from "./commands/alerts-export.ts";
import { alertsList } from "./commands/alerts-list.ts";
import { alertsResolve } from "./commands/alerts-resolve.ts";
import { alertsTail } from "./commands/alerts-tail.ts";
import { completion } from "./commands/completion.ts";
import { deliveriesExport } from "./commands/deliveries-export.ts";
import { deliveriesList } from "./commands/deliveries-list.ts";
import { deliveriesReplay } from "./commands/deliveries-replay.ts";
import { deliveriesShow } from "./commands/deliveries-show.ts";
import { integrationsCreate } from "./commands/integrations-create.ts";
import { integrationsList } from "./commands/integrations-list.ts";
import { integrationsRotate } from "./commands/integrations-rotate.ts";
import { integrationsTest } from "./commands/integrations-test.ts";
import { login } from "./commands/login.ts";
import { send } from "./commands/send.ts";

export const COMMANDS: readonly Command[] = [
  login,
  alertsList,
  alertsAck,
  alertsResolve,
  alertsTail,
  alertsExport,
  deliveriesList,
  deliveriesShow,
  deliveriesReplay,
  deliveriesExport,
  integrationsList,
  integrationsCreate,
  integrationsRotate,
  integrationsTest,
  send,
  completion,
];
