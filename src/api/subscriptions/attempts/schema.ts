import { z } from "@hono/zod-openapi";
import { nullable } from "../../components.ts";
import { toIso } from "../../../lib/time.ts";
import {
  type Attempt,
  ATTEMPT_OUTCOMES,
  MAX_LOGGED_REQUEST,
  MAX_LOGGED_RESPONSE,
  MAX_LOGGED_TITLE,
} from "../../../objects/subscription/attempt.ts";
import { instant } from "../../pagination.ts";
import { formatNumber } from "../../../lib/text.ts";

export const attemptOutcome = z.enum(ATTEMPT_OUTCOMES).openapi("AttemptOutcome", {
  description:
    "`skipped`: the product of the preset has no call for this message, so nothing was sent; it counts as delivered",
});

/** Path parameters of routes for one attempt. */
export const attemptParams = z.object({
  id: z.uuid().openapi({ description: "Id of the subscription" }),
  attemptId: z.uuid().openapi({ description: "Id of the attempt" }),
});

const alertTitle = z
  .string()
  .nullable()
  .openapi({
    description: `Title of the alert as it was sent, with at most ${MAX_LOGGED_TITLE} characters; null: a test message`,
  });

export const attemptSchema = z
  .object({
    id: z.uuid(),
    messageId: z.uuid().openapi({ description: "`webhook-id` of the message, and id of the timeline entry" }),
    alertId: z.uuid().nullable().openapi({ description: "Null: a test message" }),
    alertTitle,
    type: z.string().openapi({ description: "Type of the message", example: "alert.created" }),
    attempt: z.int().openapi({ description: "Number of this attempt of the message, from 1" }),
    startedAt: instant,
    durationMs: z.int().openapi({ description: "Time until the answer was read, in milliseconds" }),
    outcome: attemptOutcome,
    statusCode: z.int().nullable().openapi({ description: "HTTP status of the endpoint; null: no answer" }),
    error: z.string().nullable().openapi({
      description: "Why the attempt failed or was skipped; null: delivered",
      example: "HTTP 503",
    }),
  })
  .openapi("Attempt");

/** A request as it is shown: without secrets. */
export const shownRequestSchema = z
  .object({
    method: z.literal("POST"),
    url: z.string().openapi({ description: "Query values and long path segments are masked: they may be secrets" }),
    headers: z
      .record(z.string(), z.string())
      .openapi({ description: "Values of custom headers and signatures are masked" }),
    body: z.string().openapi({ description: "Beginning of the body, with masked secrets" }),
    isBodyTruncated: z.boolean(),
  })
  .openapi("SubscriptionRequest");

export const attemptDetailSchema = attemptSchema
  .extend({
    request: nullable(shownRequestSchema).openapi({
      description: `The request, with at most ${formatNumber(MAX_LOGGED_REQUEST)} characters of the body; null: none was built`,
    }),
    response: nullable(
      z
        .object({
          statusCode: z.int(),
          body: z.string().openapi({ description: "Beginning of the body, with masked secrets" }),
        })
        .openapi("AttemptResponse"),
    ).openapi({
      description: `The answer, with at most ${formatNumber(MAX_LOGGED_RESPONSE)} characters of the body; null: none`,
    }),
  })
  .openapi("AttemptDetail");

/** Converts a logged request to its API representation. */
export const toShownRequest = ({ url, headers, body, bodyLength }: NonNullable<Attempt["request"]>) => ({
  method: "POST" as const,
  url,
  headers: { ...headers },
  body,
  isBodyTruncated: body.length < bodyLength,
});

/** Converts an attempt to its API representation. */
export const toAttempt = ({ number, startedAt, request: _, responseBody: __, ...attempt }: Attempt) => ({
  ...attempt,
  attempt: number,
  startedAt: toIso(startedAt),
});

/** Converts an attempt with its request and answer. */
export const toAttemptDetail = (attempt: Attempt) => ({
  ...toAttempt(attempt),
  request: attempt.request && toShownRequest(attempt.request),
  response:
    attempt.responseBody === null || attempt.statusCode === null
      ? null
      : { statusCode: attempt.statusCode, body: attempt.responseBody },
});
