/** The health of an integration in the API: its deliveries, its heartbeat and its outbox. */
import { z } from "@hono/zod-openapi";
import type { DeliveryCounts } from "../../db/integration-health.ts";
import { toIso } from "../../lib/time.ts";
import type { ObjectStats, OutboxStatus } from "../../objects/integration/rpc.ts";
import { nullable } from "../components.ts";
import { instant } from "../pagination.ts";
import { sumOutboxes } from "./call-objects.ts";

const outcomeCount = z
  .object({
    count: z.int(),
    isAtLeast: z.boolean().openapi({ description: "Counting stopped at `count`: there are more" }),
  })
  .openapi("OutcomeCount");

const deliveryHealth = {
  lastDeliveryAt: instant
    .nullable()
    .openapi({ description: "Time of the last delivery with any status; null: none arrived" }),
  last24Hours: z
    .object({
      accepted: outcomeCount,
      duplicate: outcomeCount,
      rejected: outcomeCount,
      verificationFailures: outcomeCount.openapi({
        description: "Deliveries that failed verification, including those that were counted but not recorded",
      }),
    })
    .openapi("DeliveryCounts"),
};

export const healthSchema = z
  .object({
    ...deliveryHealth,
    missedHeartbeat: z.object({
      isHeartbeatMissed: z.boolean().openapi({ description: "An expected heartbeat did not arrive" }),
      waitingSince: instant.nullable().openapi({
        description: "Start of the longest current wait for a heartbeat; null: none is expected",
      }),
      alertId: z.uuid().nullable().openapi({ description: "An open missed-heartbeat alert; null: none" }),
    }),
    heartbeats: z
      .array(
        z
          .object({
            key: z
              .string()
              .nullable()
              .openapi({ description: "The alert key of its events; null: the integration as a whole" }),
            title: z.string().nullable(),
            lastReceivedAt: instant
              .nullable()
              .openapi({ description: "When the last heartbeat was received; null: none since the settings changed" }),
            expectedAt: instant.nullable().openapi({ description: "When the next heartbeat is expected" }),
            alertId: z.uuid().nullable().openapi({ description: "The open missed-heartbeat alert; null: none" }),
          })
          .openapi("Heartbeat"),
      )
      .openapi({
        description:
          "The expected heartbeats: of the integration as a whole, or of each job and server that has sent one. Closing the " +
          "missed-heartbeat alert of a key ends its watch",
      }),
  })
  .openapi("Health");

/** Accepted rows on their way to Postgres. */
export const outboxSchema = z
  .object({
    rows: z.int().openapi({ description: "Accepted rows that are not in Postgres yet" }),
    bytes: z.int(),
    oldestAt: instant.nullable().openapi({ description: "When the oldest of these rows was accepted" }),
    quarantined: z.int().openapi({ description: "Rows that Postgres rejected for their data" }),
    flushedLastMinute: z.int().openapi({ description: "Rows written to Postgres in the last minute" }),
    lastError: z.string().nullable().openapi({ description: "Error of the last batch that failed" }),
  })
  .openapi("Outbox");

/** The health of a listed integration, for `extend`. */
export const listedHealth = {
  health: z
    .object({
      ...deliveryHealth,
      isHeartbeatMissed: z.boolean().nullable().openapi({
        description: "An expected heartbeat did not arrive; null: an object did not respond",
      }),
    })
    .openapi("ListedHealth")
    .optional()
    .openapi({ description: "Only with `include=health`" }),
  outbox: nullable(outboxSchema)
    .optional()
    .openapi({ description: "Only with `include=health`; null: an object did not respond" }),
};

/**
 * Converts the health of a listed integration to its API representation.
 * @param state null: an object did not respond
 */
export const toListedHealth = ({ lastDeliveryAt, ...last24Hours }: DeliveryCounts, state: ObjectStats | null) => ({
  health: {
    lastDeliveryAt: lastDeliveryAt?.toISOString() ?? null,
    last24Hours,
    isHeartbeatMissed: state && state.isHeartbeatMissed,
  },
  outbox: state && toOutbox(sumOutboxes([state])),
});

/** Converts an outbox to its API representation. */
export const toOutbox = ({ oldestAt, ...outbox }: OutboxStatus): z.infer<typeof outboxSchema> => ({
  ...outbox,
  oldestAt: oldestAt === null ? null : toIso(oldestAt),
});
