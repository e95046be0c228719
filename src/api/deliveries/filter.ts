/** The filters of deliveries, which the list and the export have in common. */
import { z } from "@hono/zod-openapi";
import { DELIVERY_STATUSES } from "../../alerts/model.ts";
import { repeatable, sinceUntil } from "../page.ts";

/** As query parameters. */
export const deliveryQuery = {
  integrationId: z.uuid().optional().openapi({ description: "Only what came through this integration" }),
  teamId: z.uuid().optional().openapi({ description: "Only what belongs to this team" }),
  alertId: z.uuid().optional().openapi({ description: "Only those with an event for this alert" }),
  replayOf: z.uuid().optional().openapi({ description: "Only replays of this delivery" }),
  status: repeatable(z.enum(DELIVERY_STATUSES))
    .optional()
    .openapi({ description: "One of these; may be given several times" }),
  ...sinceUntil("Received"),
};
