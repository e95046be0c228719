import { z } from "@hono/zod-openapi";
import { deliveryStatus, eventAction, eventOutcome, nullable } from "../components.ts";
import type { ListedDelivery } from "../../db/deliveries.ts";
import { instant } from "../pagination.ts";

const eventSchema = z.object({
  alertId: z.uuid().nullable(),
  action: nullable(eventAction).openapi({ description: "Null if this element of the batch is unreadable" }),
  outcome: eventOutcome,
  detail: z.string().optional(),
});

export const deliverySchema = z
  .object({
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
  })
  .openapi("Delivery");

/** Converts a row to the API representation. */
export const toDelivery = (row: ListedDelivery): z.infer<typeof deliverySchema> => ({
  ...row,
  events: row.events as z.infer<typeof eventSchema>[],
  decision: row.decision as Record<string, unknown>,
  headers: row.headers as Record<string, string>,
  receivedAt: row.receivedAt.toISOString(),
  createdAt: row.createdAt.toISOString(),
});
