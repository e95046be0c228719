import { z } from "@hono/zod-openapi";
import { alertStatus, deliveryStatus, eventAction, eventOutcome, nullable, severity } from "../components.ts";
import { type DescribedDelivery, type ListedDelivery, MAX_ALERTS, MAX_TITLE } from "../../db/deliveries.ts";
import { instant } from "../pagination.ts";
import { suggestedProviderField } from "../suggested-provider.ts";
import { remedyFor, remedySchema } from "./remedy.ts";

const eventSchema = z.object({
  alertId: z.uuid().nullable(),
  action: nullable(eventAction).openapi({ description: "Null if this element of the batch is unreadable" }),
  outcome: eventOutcome,
  detail: z.string().optional(),
});

/** A delivery without what other tables say about it. */
export const deliveryFields = z.object({
  id: z.uuid(),
  integrationId: z.uuid(),
  teamId: z.uuid().nullable(),
  sequence: z.int().openapi({ description: "Position in the order of the integration's decisions" }),
  alertId: z.uuid().nullable(),
  events: z.array(eventSchema),
  status: deliveryStatus,
  statusCode: z.int(),
  idempotencyKey: z.string().nullable(),
  contentFingerprint: z.string().nullable(),
  duplicateOf: z.uuid().nullable(),
  replayOf: z.uuid().nullable(),
  reason: z.string().nullable().openapi({ description: "The decision in one sentence" }),
  decision: z.record(z.string(), z.unknown()).openapi({ description: "The decision as data" }),
  error: z.string().nullable(),
  headers: z
    .record(z.string(), z.string())
    .openapi({ description: "Request headers; credentials and signatures are redacted" }),
  contentType: z.string().nullable(),
  sourceIp: z.string().nullable(),
  bodyBytes: z.int().nullable().openapi({ description: "Size of the original body" }),
  isBodyCut: z.boolean().openapi({ description: "True when only the start of the body was stored" }),
  receivedAt: instant,
  createdAt: instant,
});

const deliveryAlert = z
  .object({
    id: z.uuid(),
    title: z.string().openapi({ description: `The start of the title, up to ${MAX_TITLE} characters` }),
    severity,
    status: alertStatus,
  })
  .openapi("DeliveryAlert");

export const deliverySchema = deliveryFields
  .extend({
    integrationName: z
      .string()
      .nullable()
      .openapi({ description: "Name of the integration; null: the integration is deleted" }),
    provider: z
      .string()
      .nullable()
      .openapi({ description: "Provider of the integration; null: the integration is deleted" }),
    alerts: z
      .array(deliveryAlert)
      .openapi({ description: `The alerts of the first ${MAX_ALERTS} events, as they are now, each once` }),
    remedy: nullable(remedySchema).openapi({
      description:
        "What to do about a delivery that was rejected, or accepted with unreadable events; null: it did not fail",
    }),
  })
  .openapi("Delivery");

export const deliveryDetailSchema = deliverySchema
  .extend({
    suggestedProvider: suggestedProviderField(
      "The provider that fits the body of this verified delivery better than that of its integration; null: none, or the body exceeds 256 KiB.",
    ),
  })
  .openapi("DeliveryDetail");

/** Converts a row to the API representation. */
export const toDelivery = (row: DescribedDelivery): z.infer<typeof deliverySchema> => ({
  ...toDeliveryFields(row),
  integrationName: row.integrationName,
  provider: row.provider,
  alerts: row.alerts,
  remedy: remedyFor(row, row.provider),
});

/** Converts the fields of a row to the API representation. */
export const toDeliveryFields = (row: ListedDelivery): z.infer<typeof deliveryFields> => ({
  ...row,
  events: row.events as z.infer<typeof eventSchema>[],
  decision: row.decision as Record<string, unknown>,
  headers: row.headers as Record<string, string>,
  receivedAt: row.receivedAt.toISOString(),
  createdAt: row.createdAt.toISOString(),
});
