import { z } from "@hono/zod-openapi";
import { entryType } from "../../components.ts";
import { toIso } from "../../../lib/time.ts";
import { MAX_LOGGED_TITLE } from "../../../objects/subscription/attempt.ts";
import { summarize } from "../../../objects/subscription/message.ts";
import type { DeadLetter } from "../../../objects/subscription/rpc.ts";
import { instant } from "../../pagination.ts";

/** Path parameters of routes for one dead letter. */
export const deadLetterParams = z.object({
  id: z.uuid().openapi({ description: "Id of the subscription" }),
  messageId: z.uuid().openapi({ description: "`webhook-id` of the message" }),
});

export const deadLetterSchema = z
  .object({
    messageId: z.uuid().openapi({ description: "`webhook-id` of the message, and id of the timeline entry" }),
    alertId: z.uuid(),
    alertTitle: z
      .string()
      .nullable()
      .openapi({
        description: `Title of the alert in the message, with at most ${MAX_LOGGED_TITLE} characters; null: unknown`,
      }),
    type: entryType,
    recordedAt: instant.openapi({ description: "When the timeline entry was recorded" }),
    attempts: z
      .int()
      .openapi({ description: "0: the endpoint failed for the whole 24 hours, as attempts of other messages showed" }),
    error: z.string().openapi({ description: "Error of the last attempt" }),
    givenUpAt: instant.openapi({ description: "When the message was given up" }),
  })
  .openapi("DeadLetter");

/** Converts a dead letter to its API representation. */
export const toDeadLetter = ({ id, alertId, type, recordedAt, attempts, error, givenUpAt, body }: DeadLetter) => ({
  messageId: id,
  alertId,
  alertTitle: summarize(body, MAX_LOGGED_TITLE).alertTitle,
  type,
  recordedAt: toIso(recordedAt),
  attempts,
  error,
  givenUpAt: toIso(givenUpAt),
});
