/** Alerts in Alertmanager's format. */
import { z } from "@hono/zod-openapi";
import { labelsOf } from "../../alerts/labels.ts";
import type { ShownAlert } from "../../db/muting.ts";
import { isObject } from "../../lib/json.ts";
import { MINUTE } from "../../lib/time.ts";
import { instant } from "../pagination.ts";
import { alertFingerprint } from "./fingerprint.ts";
import type { Receiver } from "./receivers.ts";

const labelSet = z.record(z.string(), z.string()).openapi("AlertmanagerLabels");

const receiverReference = z.object({ name: z.string() });

export const gettableAlertSchema = z
  .object({
    labels: labelSet.openapi({
      description:
        "Labels of the source, and `tocsin_severity`, `tocsin_integration` (the id of the integration) and `tocsin_alert_key`",
    }),
    annotations: labelSet.openapi({ description: "Annotations of the source; without them, title and description" }),
    receivers: z.array(receiverReference).openapi({ description: "The team; `tocsin` if the integration has none" }),
    fingerprint: z
      .string()
      .regex(/^[0-9a-f]{16}$/)
      .openapi({ description: "The same for all alerts of an integration with the same alert key" }),
    startsAt: instant,
    updatedAt: instant,
    endsAt: instant.openapi({ description: "Five minutes from now: an unresolved alert has no end" }),
    generatorURL: z.string().optional().openapi({ description: "Page of the alert at the source" }),
    status: z.object({
      state: z.enum(["active", "suppressed"]).openapi({ description: "`suppressed`: silenced or snoozed" }),
      silencedBy: z.array(z.string()).openapi({ description: "Ids of the active silences that match" }),
      inhibitedBy: z.array(z.string()).openapi({ description: "Always empty: Tocsin inhibits no alerts" }),
      mutedBy: z.array(z.string()).openapi({ description: "`snooze`: a person snoozed the alert" }),
    }),
  })
  .openapi("AlertmanagerAlert");

export type GettableAlert = z.infer<typeof gettableAlertSchema>;

/** Alertmanager's default `resolve_timeout`: when an alert ends unless its source renews it. */
export const RESOLVE_TIMEOUT_MS = 5 * MINUTE;

/** The name of a snooze among what mutes an alert. */
const SNOOZE = "snooze";

/**
 * Converts an unresolved alert.
 * @param now Unix ms
 */
export function toGettableAlert(row: ShownAlert, receiver: Receiver, now: number): GettableAlert {
  const mutedBy = row.snoozedUntil !== null && row.snoozedUntil.getTime() > now ? [SNOOZE] : [];
  const silencedBy = row.mute?.silencedBy ?? [];
  return {
    labels: labelsOf(row),
    annotations: annotationsOf(row),
    receivers: [{ name: receiver.name }],
    fingerprint: alertFingerprint(row),
    startsAt: row.triggeredAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    endsAt: new Date(now + RESOLVE_TIMEOUT_MS).toISOString(),
    ...(row.url !== null && { generatorURL: row.url }),
    status: {
      state: silencedBy.length + mutedBy.length > 0 ? "suppressed" : "active",
      silencedBy,
      inhibitedBy: [],
      mutedBy,
    },
  };
}

/** The annotations of the source, or what Prometheus' users write into them. */
function annotationsOf({ metadata, title, description }: ShownAlert): Record<string, string> {
  const annotations = isObject(metadata) ? metadata.annotations : undefined;
  if (!isObject(annotations)) return { summary: title, ...(description !== null && { description }) };
  return Object.fromEntries(
    Object.entries(annotations).map(([name, value]) => [
      name,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}
