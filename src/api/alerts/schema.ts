import { z } from "@hono/zod-openapi";
import { MAX_SNOOZE_MS } from "../../alerts/status.ts";
import { alertStatus, entryType, ifValid, nullable, type Refinement, severity } from "../components.ts";
import { ACTOR_TYPES } from "../../lib/actor.ts";
import { safeText } from "../../lib/json.ts";
import { instant, instantIn } from "../pagination.ts";

export const actorSchema = z
  .object({
    type: z.enum(ACTOR_TYPES),
    id: z.string().nullable().openapi({ description: "Id of the user or API key; null: the actor has none" }),
    name: z.string().nullable().openapi({ description: "Name of the person, API key or sender, if known" }),
  })
  .openapi("Actor", { description: "Who made a change. `system`: Tocsin itself" });

export const alertSchema = z
  .object({
    id: z.uuid(),
    integrationId: z.uuid(),
    teamId: z.uuid().nullable(),
    alertKey: z
      .string()
      .nullable()
      .openapi({ description: "Key that events of the same problem share; null: every trigger opens an alert" }),
    externalId: z.string().nullable().openapi({ description: "Id of the alert at the source" }),
    title: z.string(),
    description: z.string().nullable(),
    severity: severity,
    status: alertStatus,
    source: z.string().nullable().openapi({ description: "Host, service or check that the alert is about" }),
    url: z.string().nullable().openapi({ description: "Page of the alert at the source" }),
    metadata: z.record(z.string(), z.unknown()),
    occurrences: z.int().openapi({ description: "Number of triggers, without duplicates" }),
    triggeredAt: instant,
    lastSeenAt: instant,
    acknowledgedAt: instant.nullable(),
    acknowledgedBy: nullable(actorSchema).openapi({
      description: "Who acknowledged the alert; null: nobody did since it was opened or reopened",
    }),
    resolvedAt: instant.nullable(),
    closedAt: instant.nullable(),
    snoozedUntil: instant
      .nullable()
      .openapi({ description: "The alert is muted until this time; null: it is not snoozed" }),
    silencedBy: z
      .array(z.uuid())
      .openapi({ description: "Ids of the active silences that mute the alert, for everybody or for its team" }),
    consoleUrl: z.string().nullable().openapi({
      description: "Page of the alert in the console; null: the deployment has no `PUBLIC_URL`",
      example: "https://tocsin.example.com/alerts/01997a3e-9d80-7000-8000-000000000002",
    }),
    version: z.int().openapi({ description: "Increases with every change" }),
    createdAt: instant,
    updatedAt: instant,
  })
  .openapi("Alert");

export const noteText = z.string().trim().min(1).max(4000).openapi({ description: "Comment for the timeline" });

export const snoozeEnd = instantIn
  .refine((end) => end.getTime() > Date.now(), "must be in the future")
  .refine((end) => end.getTime() <= Date.now() + MAX_SNOOZE_MS, "must be within one year from now")
  .nullable()
  .openapi({
    type: ["string", "null"],
    format: "date-time",
    description: "Mute the alert until this time, at most one year from now; null ends the snooze",
  });

/** The fields of an alert that a request can change; at least one must be given. */
export const updateFields = {
  status: alertStatus.optional(),
  note: noteText.optional(),
  snoozedUntil: snoozeEnd.optional(),
};

type UpdateFields = z.output<z.ZodObject<typeof updateFields>>;

/** The refinement of requests with `updateFields`. */
export const someUpdate: Refinement<UpdateFields> = [
  ({ status, note, snoozedUntil: end }) => status !== undefined || note !== undefined || end !== undefined,
  { error: "set at least one of `status`, `note` and `snoozedUntil`", ...ifValid },
];

/** Converts the fields of a request to an update. The note becomes text that Postgres can store. */
export const toUpdate = ({ status, note, snoozedUntil: end }: UpdateFields) => ({
  status,
  note: note === undefined ? null : safeText(note),
  snoozedUntil: end instanceof Date ? end.getTime() : end,
});

export const timelineEntrySchema = z
  .object({
    id: z.uuid(),
    alertId: z.uuid(),
    deliveryId: z.uuid().nullable().openapi({ description: "Delivery that caused the entry; null: no delivery did" }),
    type: entryType,
    actor: actorSchema,
    occurredAt: instant.nullable().openapi({ description: "Time at the source; null if the source sent none" }),
    recordedAt: instant,
    version: z.int().openapi({ description: "Version of the alert after this entry" }),
    status: alertStatus.openapi({ description: "Status of the alert after this entry" }),
    severity: severity.openapi({ description: "Severity of the alert after this entry" }),
    changes: z.record(z.string(), z.unknown()).openapi({
      description: "Changed fields, each as `{ from, to }`",
      example: { status: { from: "OPEN", to: "ACKNOWLEDGED" } },
    }),
    note: z
      .string()
      .nullable()
      .openapi({ description: "Comment of the person who made the change, or the reason of Tocsin" }),
  })
  .openapi("TimelineEntry");

/** A timeline entry as the timeline, the stream and subscriptions send it. */
export const entryWithAlertSchema = timelineEntrySchema
  .extend({ alert: alertSchema })
  .openapi("TimelineEntryWithAlert", { description: "Timeline entry with the current state of its alert" });
