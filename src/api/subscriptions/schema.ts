import { z } from "@hono/zod-openapi";
import { alertStatus, entryType, nullable, severity, somethingToChange } from "../components.ts";
import type { SubscriptionRow } from "../../db/subscriptions.ts";
import { toIsoOrNull } from "../../lib/time.ts";
import type { SubscriptionFilter } from "../../objects/subscription/config.ts";
import type { SubscriptionState } from "../../objects/subscription/rpc.ts";
import { externalName, externalNameField } from "../external-name.ts";
import { REDACTED } from "../../lib/sensitive.ts";
import type { PresetName } from "../../objects/subscription/presets/index.ts";
import { instant } from "../pagination.ts";
import { expressionSchema, headersSchema, presetKeySchema, presetName } from "./target.ts";

const anyOf = <T extends z.ZodType>(value: T) => z.array(value).min(1).max(20);

const filterSchema = z
  .strictObject({
    status: anyOf(alertStatus).optional().openapi({ description: "Status of the alert after or before the entry" }),
    severity: anyOf(severity).optional().openapi({ description: "Severity of the alert after or before the entry" }),
    type: anyOf(entryType).optional().openapi({ description: "Type of the entry" }),
    integrationId: z.uuid().optional().openapi({ description: "Integration of the alert" }),
    labels: z
      .record(z.string().min(1).max(200), z.string().max(1000))
      .refine((labels) => Object.keys(labels).length <= 10, "at most 10 labels")
      .optional()
      .openapi({ description: "Values in the alert's metadata: at the top level, or in `labels` or `tags`" }),
  })
  .openapi("SubscriptionFilter", {
    description: "Timeline entries to send. All conditions must match; an empty filter matches every entry",
    example: { severity: ["CRITICAL", "HIGH"], labels: { service: "checkout" } },
  });

const nameSchema = z.string().trim().min(1).max(200).openapi({ description: "Name for people", example: "Pager" });
const urlSchema = z.url().max(2000).openapi({
  description: "URL of the endpoint: https, without user and password",
  example: "https://pager.example.com/tocsin",
});

const PRESET_DESCRIPTION = "Product whose messages are sent; null: messages are Standard Webhooks";

export const newSubscriptionSchema = z
  .strictObject({
    name: nameSchema,
    externalName: externalName.optional(),
    url: urlSchema,
    teamId: z.uuid().nullable().optional().openapi({
      description: "Team whose alerts are sent; null: all teams. Optional for callers with a single team",
    }),
    filter: filterSchema.default({}),
    preset: nullable(presetName).default(null).openapi({ description: PRESET_DESCRIPTION }),
    presetKey: presetKeySchema.optional(),
    headers: headersSchema.default({}),
    expression: expressionSchema.default(null),
    cursor: z.string().max(100).optional().openapi({
      description: "Position to start after: a cursor of `/v1/timeline` or a stream. Default: the present",
    }),
  })
  .openapi("NewSubscription");

export const subscriptionUpdateSchema = z
  .strictObject({
    name: nameSchema.optional(),
    externalName: externalName.nullable().optional(),
    url: urlSchema.optional(),
    filter: filterSchema.optional(),
    preset: nullable(presetName).optional().openapi({ description: PRESET_DESCRIPTION }),
    presetKey: presetKeySchema.nullable().optional(),
    headers: headersSchema.optional().openapi({ description: "Replaces all custom headers" }),
    expression: expressionSchema.optional(),
    isEnabled: z.boolean().optional().openapi({
      description: "A disabled subscription sends nothing. When it is enabled again, it sends everything it has missed",
    }),
  })
  .refine(...somethingToChange)
  .openapi("SubscriptionUpdate", { minProperties: 1, example: { isEnabled: false } });

export const subscriptionSchema = z
  .object({
    id: z.uuid(),
    teamId: z.uuid().nullable(),
    name: z.string(),
    externalName: externalNameField,
    url: z.string(),
    filter: filterSchema,
    preset: nullable(presetName).openapi({ description: PRESET_DESCRIPTION }),
    presetKey: z.string().nullable().openapi({ description: "Masked; null: there is none", example: REDACTED }),
    headers: z
      .record(z.string(), z.string())
      .openapi({ description: "Custom headers, with masked values", example: { Authorization: REDACTED } }),
    expression: z.string().nullable().openapi({ description: "JSONata that makes the body; null: there is none" }),
    isEnabled: z.boolean(),
    endedAt: instant.nullable().openapi({
      description:
        "When the endpoint ended the subscription by answering 410 Gone: it is disabled, and its pending messages are dead letters. " +
        "Null: not ended, or enabled again",
    }),
    previousSecretExpiresAt: instant.nullable().openapi({
      description: "Until then, messages are also signed with the previous secret",
    }),
    version: z.int(),
    createdAt: instant,
    updatedAt: instant,
  })
  .openapi("Subscription");

/** The secret, for the responses that contain it. */
export const secretField = {
  secret: z.string().openapi({ description: "The signing secret, `whsec_…`. Returned only once" }),
};

export const createdSubscriptionSchema = subscriptionSchema
  .extend({
    secret: z.string().nullable().openapi({
      description:
        "The signing secret, `whsec_…`. Returned only once; null: the subscription existed already under its `externalName`",
    }),
  })
  .openapi("CreatedSubscription");

const stateSchema = z
  .object({
    isCircuitOpen: z.boolean().openapi({
      description:
        "The endpoint keeps failing: one message at a time is sent as a probe, at most 5 minutes after the last one",
    }),
    pendingMessages: z.int().openapi({
      description:
        "Messages that are being sent or wait for the next attempt, and the following messages of the same alerts. Entries that are not read yet are not counted",
    }),
    oldestPendingAt: instant.nullable().openapi({
      description:
        "When the oldest pending entry was recorded. While the circuit is open and nothing is pending, when it opened: entries since then are unread",
    }),
    deadLetters: z
      .int()
      .openapi({ description: "Messages that were given up: after 24 hours, or when the endpoint answered 410" }),
    heldAlerts: z.int().openapi({
      description:
        "Muted alerts with entries that were not sent. Each is sent when the mute ends while it is unresolved",
    }),
    lastDeliveredAt: instant.nullable().openapi({ description: "When the endpoint last accepted a message" }),
    lastError: z.string().nullable().openapi({
      description: "Error of the last failed attempt. A later success does not clear it",
      example: "HTTP 503",
    }),
    lastTestError: z.string().nullable().openapi({
      description:
        "Error of the last test message; null: it was delivered, a message was delivered or the target changed since, or there was none",
      example: "HTTP 503",
    }),
    nextAttemptAt: instant.nullable().openapi({
      description: "When the next pending message is sent; null: none is pending, or the subscription is disabled",
    }),
  })
  .openapi("SubscriptionState");

export const subscriptionDetailSchema = subscriptionSchema.extend({ state: stateSchema }).openapi("SubscriptionDetail");

export const listedSubscriptionSchema = subscriptionSchema
  .extend({
    state: nullable(stateSchema)
      .optional()
      .openapi({ description: "Only with `include=state`; null: the object did not respond" }),
  })
  .openapi("ListedSubscription");

/** Converts the state of a subscription to its API representation. */
export const toState = ({
  oldestPendingAt,
  lastDeliveredAt,
  lastTestError,
  nextAttemptAt,
  ...state
}: SubscriptionState): z.infer<typeof stateSchema> => ({
  ...state,
  oldestPendingAt: toIsoOrNull(oldestPendingAt),
  lastDeliveredAt: toIsoOrNull(lastDeliveredAt),
  lastTestError: lastTestError ?? null,
  nextAttemptAt: toIsoOrNull(nextAttemptAt),
});

/** The settings of the request, with masked credentials. */
export const shownTarget = ({
  url,
  preset,
  hasPresetKey,
  headerNames,
  expression,
}: Pick<SubscriptionRow, "url" | "preset" | "hasPresetKey" | "headerNames" | "expression">) => ({
  url,
  preset: preset as PresetName | null,
  presetKey: hasPresetKey ? REDACTED : null,
  headers: Object.fromEntries(headerNames.map((name) => [name, REDACTED] as const)),
  expression,
});

/** Converts a row to its API representation. */
export const toSubscription = (row: SubscriptionRow): z.infer<typeof subscriptionSchema> => ({
  id: row.id,
  teamId: row.teamId,
  name: row.name,
  externalName: row.externalName,
  filter: row.filter as SubscriptionFilter,
  ...shownTarget(row),
  isEnabled: row.isEnabled,
  endedAt: row.endedAt?.toISOString() ?? null,
  previousSecretExpiresAt: row.previousSecretExpiresAt?.toISOString() ?? null,
  version: row.version,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});
