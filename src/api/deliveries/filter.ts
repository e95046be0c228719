/** The delivery filter, which the list and the export share. */
import { z } from "@hono/zod-openapi";
import { deliveryStatus } from "../components.ts";
import { repeatable, sinceUntil } from "../pagination.ts";

/** The filter as query parameters. */
export const deliveryQuery = {
  integrationId: z.uuid().optional().openapi({ description: "Only deliveries to this integration" }),
  teamId: z.uuid().optional().openapi({ description: "Only deliveries of this team" }),
  alertId: z.uuid().optional().openapi({ description: "Only deliveries with an event for this alert" }),
  replayOf: z.uuid().optional().openapi({ description: "Only replays of this delivery" }),
  originalOf: z.uuid().optional().openapi({ description: "Only the delivery that this one replays" }),
  status: repeatable(deliveryStatus).optional().openapi({ description: "Any of these statuses; repeatable" }),
  ...sinceUntil("Received"),
};
