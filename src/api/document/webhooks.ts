/** The messages that subscriptions POST, as the `webhooks` of the document: generators make types for receivers of them. */
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import { ENTRY_TYPES, type EntryType } from "../../alerts/model.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { LOOP_HEADER } from "../../lib/loop-mark.ts";
import { messageType, UNMUTED } from "../../objects/subscription/message.ts";
import { entryWithAlertSchema } from "../alerts/schema.ts";
import { instant } from "../pagination.ts";

/** When a message of each type is sent. */
const MEANINGS: Readonly<Record<EntryType, string>> = {
  CREATED: "An alert was opened",
  REPEATED: "A source sent another event of an unresolved alert",
  ACKNOWLEDGED: "An alert was acknowledged",
  UNACKNOWLEDGED: "The acknowledgement of an alert ended",
  RESOLVED: "An alert was resolved",
  CLOSED: "An alert was closed",
  REOPENED: "An alert was opened again",
  NOTED: "A comment was added to an alert",
  SNOOZED: "An alert was snoozed until a time",
  UNSNOOZED: "The snooze of an alert was ended before its time",
  STALE: "A source sent an event that is older than the state of its alert; nothing changed",
};

const alertMessage = z
  .object({
    type: z.enum([...ENTRY_TYPES.map(messageType), UNMUTED]).openapi("AlertMessageType", {
      description:
        "`alert.` and the type of the timeline entry in lower case; `alert.unmuted`: the first entry that was kept while the alert was " +
        "muted. New types may be added: ignore unknown ones",
    }),
    timestamp: instant.openapi({ description: "When the entry was recorded, or when the mute ended" }),
    data: entryWithAlertSchema,
  })
  .openapi({ description: "Payload of a message about a timeline entry" });

const testMessage = z
  .object({
    type: z.literal("subscription.test"),
    timestamp: instant.openapi({ description: "When the test was requested" }),
    data: z.object({}).openapi({ description: "Empty" }),
  })
  .openapi({ description: "Payload of the message of `POST /v1/subscriptions/{id}/test`" });

/** https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
const headers = z.object({
  "webhook-id": z.uuid().openapi({
    description: "Id of the message, the same in every attempt: a message with a known id is a repeat",
  }),
  "webhook-timestamp": z
    .string()
    .regex(/^\d+$/)
    .openapi({ description: "Unix time of the attempt in seconds, which is signed", example: "1790856000" }),
  "webhook-signature": z.string().openapi({
    description:
      "Signatures, separated by spaces: `v1,` and the base64 of HMAC-SHA256 over `{webhook-id}.{webhook-timestamp}.{body}`. While a " +
      "previous secret is valid, there is one for each secret",
    example: "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
  }),
  [LOOP_HEADER]: z
    .string()
    .optional()
    .openapi({ description: "Mark of the deployment, which rejects its own messages" }),
});

const responses = {
  "2XX": { description: "The message is delivered. The body is ignored" },
  410: { description: "Ends the subscription: it is disabled, and its pending messages become dead letters" },
  default: {
    description:
      "A failed attempt, like no answer within 15 seconds. The message is sent again for 24 hours, no sooner than `Retry-After` says",
  },
};

/** Registers every message as a webhook. */
export function registerWebhooks({ openAPIRegistry }: OpenAPIHono<AppEnv>): void {
  // The generator makes webhooks before it makes the schemas, whose descriptions would come from their use here. So they refer by name.
  openAPIRegistry.register("AlertMessage", alertMessage);
  openAPIRegistry.register("TestMessage", testMessage);
  const register = (type: string, description: string, schema: string) =>
    openAPIRegistry.registerWebhook({
      method: "post",
      path: type,
      operationId: `receive.${type}`.replace(/\.(\w)/g, (_match, first: string) => first.toUpperCase()),
      tags: ["subscriptions"],
      summary: `Receive ${type}`,
      description,
      security: [],
      request: {
        headers,
        body: {
          required: true,
          content: { "application/json": { schema: { $ref: `#/components/schemas/${schema}` } } },
        },
      },
      responses,
    });
  for (const type of ENTRY_TYPES) register(messageType(type), `${MEANINGS[type]}.`, "AlertMessage");
  register(
    UNMUTED,
    "The snooze or silence of an alert ended while it is unresolved. Sent once for the entries that were kept meanwhile, with the alert as it is.",
    "AlertMessage",
  );
  register("subscription.test", "Sent by `POST /v1/subscriptions/{id}/test`.", "TestMessage");
}
