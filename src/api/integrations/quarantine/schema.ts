import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { findIntegration, type IntegrationRow } from "../../../db/integrations.ts";
import { PARTITIONS } from "../../../objects/integration/shards/index.ts";
import type { QuarantinedRow } from "../../../objects/integration/rpc.ts";
import type { AppEnv } from "../../../lib/app-env.ts";
import type { Scope } from "../../../lib/principal.ts";
import { toIso } from "../../../lib/time.ts";
import { database } from "../../request-scope.ts";
import { assertAccess, noSuch } from "../../require-scope.ts";
import { instant } from "../../pagination.ts";

/** Path parameters of one quarantined row. */
export const rowParams = z.object({
  id: z.uuid().openapi({ description: "Id of the integration" }),
  row: z.coerce
    .number({ error: "expected a whole number from 1" })
    .int()
    .min(1)
    .max(Number.MAX_SAFE_INTEGER)
    .openapi({ description: "Number of the row, from the list" }),
});

/** The API numbers the rows of all shards in one series: the shard is the remainder. */
export const toRowNumber = (row: number, shard: number): number => row * PARTITIONS + shard;

/** The row and shard of an API row number. */
export const parseRowNumber = (number: number) => ({
  row: Math.floor(number / PARTITIONS),
  shard: number % PARTITIONS,
});

export const quarantinedRowSchema = z
  .object({
    row: z.int().openapi({ description: "Number of the row; a row that is quarantined again gets a new one" }),
    deliveryId: z.uuid().nullable().openapi({
      description:
        "The delivery in this row; null: the row holds a change without a delivery, or more of an earlier one",
    }),
    alertIds: z.array(z.uuid()).openapi({ description: "Alerts whose new state is in this row" }),
    error: z.string().openapi({ description: "SQLSTATE and message from Postgres" }),
    bytes: z.int().openapi({ description: "Size of the row" }),
    acceptedAt: instant,
    quarantinedAt: instant,
  })
  .openapi("QuarantinedRow");

/** Converts a row of one shard to its API representation. */
export const toQuarantinedRow = (row: QuarantinedRow, shard: number): z.infer<typeof quarantinedRowSchema> => ({
  row: toRowNumber(row.row, shard),
  deliveryId: row.deliveryId,
  alertIds: row.alertIds,
  error: row.error,
  bytes: row.bytes,
  acceptedAt: toIso(row.acceptedAt),
  quarantinedAt: toIso(row.quarantinedAt),
});

/**
 * Loads the integration that owns a quarantine. Deleted integrations count too: their rows must still reach Postgres.
 * @param readScope the scope to read the integration
 * @throws Problem `not-found` or `forbidden`
 */
export async function loadOwner(c: Context<AppEnv>, id: string, readScope: Scope): Promise<IntegrationRow> {
  const integration = await findIntegration(database(c), id, "also deleted");
  if (!integration) throw noSuch("integration");
  assertAccess(
    c.get("visibleTeams"),
    { ...integration, integrationId: integration.id },
    c.get("principal"),
    readScope,
    "integration",
  );
  return integration;
}
