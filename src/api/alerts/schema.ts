import { z } from "@hono/zod-openapi";
import { SEVERITIES, STATUSES } from "../../alerts/model.ts";
import { timelineEntryType } from "../../db/schema.ts";
import { instant } from "../page.ts";

export const alertSchema = z
  .object({
    id: z.uuid(),
    integrationId: z.uuid(),
    teamId: z.uuid().nullable(),
    alertKey: z.string().nullable().openapi({ description: "Ties the events of one alert together across its life" }),
    externalId: z.string().nullable(),
    title: z.string(),
    description: z.string().nullable(),
    severity: z.enum(SEVERITIES),
    status: z.enum(STATUSES),
    source: z.string().nullable().openapi({ description: "The host, service or check that it is about" }),
    url: z.string().nullable(),
    metadata: z.record(z.string(), z.unknown()),
    occurrences: z.int().openapi({ description: "How many triggers it has had; duplicates do not count" }),
    triggeredAt: instant,
    lastSeenAt: instant,
    acknowledgedAt: instant.nullable(),
    resolvedAt: instant.nullable(),
    closedAt: instant.nullable(),
    version: z.int().openapi({ description: "Rises with every change" }),
    createdAt: instant,
    updatedAt: instant,
  })
  .openapi("Alert");

/** What a person says to a change. */
export const noteSchema = z.string().trim().min(1).max(4000).openapi({ description: "Why; it stands in the timeline" });

export const timelineEntrySchema = z
  .object({
    id: z.uuid(),
    alertId: z.uuid(),
    deliveryId: z.uuid().nullable(),
    type: z.enum(timelineEntryType.enumValues),
    actor: z.string().openapi({ description: "`source`, `api:<key>`, `user:<id>` or `tocsin`" }),
    occurredAt: instant.nullable().openapi({ description: "By the source's clock; null: it gave no date" }),
    recordedAt: instant,
    version: z.int().openapi({ description: "The alert's version once this had its effect" }),
    status: z.enum(STATUSES).nullable().openapi({ description: "What the alert was then; null: not known any more" }),
    severity: z.enum(SEVERITIES).nullable(),
    changes: z.record(z.string(), z.unknown()).openapi({
      description: "`{ from, to }` of what changed",
      example: { status: { from: "OPEN", to: "ACKNOWLEDGED" } },
    }),
    note: z.string().nullable().openapi({ description: "What a person said to it" }),
  })
  .openapi("TimelineEntry");

/** A change as streams and feeds tell of it: the entry of the timeline, and the alert as it is now. */
export const changeSchema = timelineEntrySchema.extend({ alert: alertSchema }).openapi("Change");
