import { z } from "@hono/zod-openapi";
import type { alertEvents, alerts } from "../../db/schema.ts";
import { SEVERITIES, STATUSES } from "../../alerts/model.ts";
import { alertEventType } from "../../db/schema.ts";
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
    type: z.enum(alertEventType.enumValues),
    actor: z.string().openapi({ description: "`source`, `api:<key>`, `user:<id>` or `tocsin`" }),
    occurredAt: instant.nullable().openapi({ description: "By the source's clock; null: it gave no date" }),
    recordedAt: instant,
    changes: z.record(z.string(), z.unknown()).openapi({
      description: "`{ from, to }` of what changed",
      example: { status: { from: "OPEN", to: "ACKNOWLEDGED" } },
    }),
    note: z.string().nullable().openapi({ description: "What a person said to it" }),
  })
  .openapi("TimelineEntry");

const iso = (date: Date | null) => date?.toISOString() ?? null;

/** An alert's row as the API shows it. */
export const toAlert = (row: typeof alerts.$inferSelect): z.infer<typeof alertSchema> => ({
  ...row,
  metadata: row.metadata as Record<string, unknown>,
  triggeredAt: row.triggeredAt.toISOString(),
  lastSeenAt: row.lastSeenAt.toISOString(),
  acknowledgedAt: iso(row.acknowledgedAt),
  resolvedAt: iso(row.resolvedAt),
  closedAt: iso(row.closedAt),
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});

/** A timeline entry's row as the API shows it. */
export const toTimelineEntry = ({
  version: _,
  recordedXid: __,
  ...row
}: typeof alertEvents.$inferSelect): z.infer<typeof timelineEntrySchema> => ({
  ...row,
  changes: row.changes as Record<string, unknown>,
  occurredAt: iso(row.occurredAt),
  recordedAt: row.recordedAt.toISOString(),
});

/** A change as streams and feeds tell of it: the entry of the timeline, and the alert as it is now. */
export const changeSchema = timelineEntrySchema.extend({ alert: alertSchema }).openapi("Change");

/** An entry's row and its alert's as a change. */
export const toChange = ({
  entry,
  alert,
}: {
  entry: typeof alertEvents.$inferSelect;
  alert: typeof alerts.$inferSelect;
}): z.infer<typeof changeSchema> => ({ ...toTimelineEntry(entry), alert: toAlert(alert) });
