import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { toTimelineEntryWithAlert } from "../../db/alert-view.ts";
import { findTimelineEntry } from "../../db/timeline.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { toConfig, visibleTeamsOfSubscription } from "../../objects/subscription/config.ts";
import { prepare } from "../../objects/subscription/http.ts";
import { messageBody, messageType } from "../../objects/subscription/message.ts";
import { SAMPLE_ENTRY_ID, sampleBody } from "../../objects/subscription/sample.ts";
import { TransformError } from "../../objects/subscription/transform.ts";
import { entryType, nullable } from "../components.ts";
import { idParam } from "../pagination.ts";
import { bodyProblems, commonProblems, idempotencyProblems, notFoundProblem } from "../problems.ts";
import { database } from "../request-scope.ts";
import { noSuch, requireScope } from "../require-scope.ts";
import { shownRequestSchema, toShownRequest } from "./attempts/schema.ts";
import { expressionSchema, presetName } from "./target.ts";
import { loadSubscription } from "./update.ts";

/** In characters. */
const MAX_SHOWN_BODY = 100_000;

const requestSchema = z
  .strictObject({
    entryId: z.uuid().optional().openapi({
      description: "Timeline entry to make the message of. Default: an entry of a made-up alert",
    }),
    type: entryType.optional().openapi({ description: "Type of the made-up entry. Default: `CREATED`" }),
    preset: nullable(presetName).optional().openapi({ description: "Preset to try instead of the saved one" }),
    expression: expressionSchema
      .nullable()
      .optional()
      .openapi({ description: "Expression to try instead of the saved one; null: none" }),
  })
  .refine(({ entryId, type }) => entryId === undefined || type === undefined, {
    path: ["type"],
    message: "not together with `entryId`",
  })
  .openapi("SubscriptionDryRun", { example: { type: "RESOLVED", expression: '{ "text": data.alert.title }' } });

const responseSchema = z
  .object({
    messageId: z.uuid().openapi({ description: "`webhook-id` of the message" }),
    type: z.string().openapi({ description: "Type of the message", example: "alert.created" }),
    request: nullable(shownRequestSchema).openapi({ description: "The request; null: nothing would be sent" }),
    skipped: z.string().nullable().openapi({
      description: "Why the preset sends nothing for this message; null: it sends something",
    }),
    error: z
      .string()
      .nullable()
      .openapi({ description: "Why the expression fails for this message; null: it does not" }),
  })
  .openapi("SubscriptionDryRunResult");

const route = createRoute({
  method: "post",
  path: "/v1/subscriptions/{id}/dry-run",
  operationId: "dryRunSubscription",
  tags: ["subscriptions"],
  summary: "Dry-Run Subscription",
  description:
    "Shows the request of a message without sending it, for a sample or a timeline entry, also with a preset or an expression that is " +
    "not saved. Secrets are masked.",
  ...requireScope("subscriptions:write"),
  request: { params: idParam, body: { content: { "application/json": { schema: requestSchema } } } },
  responses: {
    200: { description: "The request", content: { "application/json": { schema: responseSchema } } },
    ...commonProblems,
    ...bodyProblems,
    ...notFoundProblem,
    ...idempotencyProblems,
  },
});

export function registerDryRunSubscription(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { entryId, type = "CREATED", ...tried } = c.req.valid("json") ?? {};
    const row = await loadSubscription(c, c.req.valid("param").id);
    const saved = toConfig(row);
    const publicUrl = c.env.PUBLIC_URL;
    const item = entryId && (await findTimelineEntry(database(c), entryId, visibleTeamsOfSubscription(row)));
    if (entryId !== undefined && !item) throw noSuch("timeline entry");
    const message = item
      ? {
          id: item.entry.id,
          type: messageType(item.entry.type),
          body: messageBody(toTimelineEntryWithAlert(item, publicUrl)),
        }
      : { id: SAMPLE_ENTRY_ID, type: messageType(type), body: sampleBody(type, row.teamId, publicUrl) };
    const config = {
      ...saved,
      ...(tried.preset !== undefined && { preset: tried.preset }),
      ...(tried.expression !== undefined && { expression: tried.expression }),
    };
    const nothing = { messageId: message.id, type: message.type, request: null, skipped: null, error: null };
    try {
      const prepared = await prepare(c.env, config, message, Date.now());
      if ("skipped" in prepared) return c.json({ ...nothing, skipped: prepared.skipped }, 200);
      return c.json({ ...nothing, request: toShownRequest(prepared.logged(MAX_SHOWN_BODY)) }, 200);
    } catch (error) {
      if (!(error instanceof TransformError)) throw error;
      return c.json({ ...nothing, error: error.message }, 200);
    }
  });
}
