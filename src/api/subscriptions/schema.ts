import { z } from "@hono/zod-openapi";
import { SEVERITIES, STATUSES } from "../../alerts/model.ts";
import { timelineEntryType } from "../../db/schema.ts";
import type { SubscriptionRow } from "../../db/subscriptions.ts";
import type { SubscriptionFilter } from "../../objects/subscription/rpc.ts";
import { instant } from "../pagination.ts";

const several = <T extends z.ZodType>(value: T) => z.array(value).min(1).max(20);

const filterSchema = z
  .strictObject({
    status: several(z.enum(STATUSES)).optional().openapi({ description: "What the alert is after the change, or was" }),
    severity: several(z.enum(SEVERITIES))
      .optional()
      .openapi({ description: "What the alert is after the change, or was" }),
    type: several(z.enum(timelineEntryType.enumValues)).optional().openapi({ description: "What happened" }),
    integrationId: z.uuid().optional().openapi({ description: "Only what came through this integration" }),
    labels: z
      .record(z.string().min(1).max(200), z.string().max(1000))
      .refine((labels) => Object.keys(labels).length <= 10, "at most 10 labels")
      .optional()
      .openapi({ description: "What the metadata say: at their top, or in their `labels` or `tags`" }),
  })
  .openapi("SubscriptionFilter", {
    description: "Of which changes it tells; what is left out does not matter",
    example: { severity: ["CRITICAL", "HIGH"], labels: { service: "checkout" } },
  });

const nameSchema = z.string().trim().min(1).max(200).openapi({ description: "What people call it", example: "Pager" });
const urlSchema = z.url().max(2000).openapi({
  description: "Where changes are POSTed: https, without a user or a password",
  example: "https://pager.example.com/tocsin",
});

export const newSubscriptionSchema = z
  .strictObject({
    name: nameSchema,
    url: urlSchema,
    teamId: z.uuid().nullable().optional().openapi({
      description: "Whose alerts; null: everybody's. May be left out by whoever acts for one team alone",
    }),
    filter: filterSchema.default({}),
    after: z.string().max(100).optional().openapi({
      description:
        "Begin behind this place, as `/v1/timeline` or a stream gave it; by default with what happens from now on",
    }),
  })
  .openapi("NewSubscription");

export const subscriptionChangeSchema = z
  .strictObject({
    name: nameSchema.optional(),
    url: urlSchema.optional(),
    filter: filterSchema.optional(),
    isEnabled: z.boolean().optional().openapi({
      description: "A disabled one tells nothing; enabled again it goes on where it was, and misses nothing",
    }),
  })
  .refine((change) => Object.keys(change).length > 0, "nothing to change")
  .openapi("SubscriptionChange", { example: { isEnabled: false } });

export const subscriptionSchema = z
  .object({
    id: z.uuid(),
    teamId: z.uuid().nullable(),
    name: z.string(),
    url: z.string(),
    filter: filterSchema,
    isEnabled: z.boolean(),
    previousSecretExpiresAt: instant.nullable().openapi({
      description: "Until then messages bear a signature by the secret before, too",
    }),
    version: z.int(),
    createdAt: instant,
    updatedAt: instant,
  })
  .openapi("Subscription");

/** What the reply shows this once. */
export const withSecret = { secret: z.string().openapi({ description: "`whsec_…`, shown this once" }) };

export const subscriptionDetailSchema = subscriptionSchema
  .extend({
    delivery: z.object({
      isDown: z
        .boolean()
        .openapi({ description: "It does not answer: it is only tried from time to time whether it does" }),
      waiting: z.int().openapi({ description: "Messages that failed and are tried again, and those behind them" }),
      oldestWaitingAt: instant
        .nullable()
        .openapi({ description: "When the first change was recorded that it does not have" }),
      deadLetters: z.int(),
      lastDeliveredAt: instant.nullable(),
      lastError: z.string().nullable().openapi({ description: "What went wrong last, also if it is well by now" }),
      nextAttemptAt: instant.nullable(),
    }),
  })
  .openapi("SubscriptionDetail");

/** A subscription's row as the API shows it. */
export const toSubscription = (row: SubscriptionRow): z.infer<typeof subscriptionSchema> => ({
  id: row.id,
  teamId: row.teamId,
  name: row.name,
  url: row.url,
  filter: row.filter as SubscriptionFilter,
  isEnabled: row.isEnabled,
  previousSecretExpiresAt: row.previousSecretExpiresAt?.toISOString() ?? null,
  version: row.version,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});
