import { z } from "@hono/zod-openapi";
import { timelineEntryType } from "../../../db/schema.ts";
import { toIso } from "../../../lib/time.ts";
import type { DeadLetter } from "../../../objects/subscription/rpc.ts";
import { instant } from "../../pagination.ts";

/** Path parameters of one dead letter. */
export const deadLetterParams = z.object({
  id: z.uuid().openapi({ description: "The subscription's id" }),
  messageId: z.uuid().openapi({ description: "The message's `webhook-id`, as the list gives it" }),
});

export const deadLetterSchema = z
  .object({
    messageId: z.uuid().openapi({ description: "Its `webhook-id`: the id of the entry in the alert's timeline" }),
    alertId: z.uuid(),
    type: z.enum(timelineEntryType.enumValues),
    recordedAt: instant.openapi({ description: "When the change was recorded" }),
    attempts: z
      .int()
      .openapi({ description: "0: the subscriber was down all the time, which was found out with others" }),
    error: z.string().openapi({ description: "What went wrong the last time" }),
    diedAt: instant.openapi({ description: "When it was given up" }),
  })
  .openapi("DeadLetter");

/** A dead letter as the API shows it. */
export const toDeadLetter = ({ id, alertId, type, recordedAt, attempts, error, diedAt }: DeadLetter) => ({
  messageId: id,
  alertId,
  type,
  recordedAt: toIso(recordedAt),
  attempts,
  error,
  diedAt: toIso(diedAt),
});
