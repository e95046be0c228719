import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { connect } from "../../../db/client.ts";
import { findIntegration, type IntegrationRow } from "../../../db/integrations.ts";
import { PARTITIONS } from "../../../objects/integration/shards/index.ts";
import type { QuarantinedRow } from "../../../objects/integration/rpc.ts";
import type { AppEnv } from "../../../lib/app-env.ts";
import type { Scope } from "../../../lib/principal.ts";
import { toIso } from "../../../lib/time.ts";
import { assertTeamAccess, noSuch } from "../../require-scope.ts";
import { instant } from "../../pagination.ts";

/** Path parameters of one row that stands aside. */
export const rowParams = z.object({
  id: z.uuid().openapi({ description: "The integration's id" }),
  row: z.coerce
    .number()
    .int()
    .min(1)
    .max(Number.MAX_SAFE_INTEGER)
    .openapi({ type: "integer", description: "The row's number, as the list gives it" }),
});

/** The number of a row among those of all the integration's objects, and back. */
export const numberOf = (row: number, shard: number): number => row * PARTITIONS + shard;
export const placeOf = (number: number) => ({ row: Math.floor(number / PARTITIONS), shard: number % PARTITIONS });

export const quarantinedRowSchema = z
  .object({
    row: z.int(),
    deliveryId: z.uuid().nullable().openapi({
      description: "The delivery that it holds; null: it holds more of one, or a change that no delivery brought about",
    }),
    alertIds: z.array(z.uuid()).openapi({ description: "The alerts whose new state it holds" }),
    error: z.string().openapi({ description: "SQLSTATE and message of Postgres" }),
    bytes: z.int(),
    acceptedAt: instant,
    quarantinedAt: instant,
  })
  .openapi("Quarantine");

/** A row of one of the integration's objects as the API shows it. */
export const toQuarantinedRow = (row: QuarantinedRow, shard: number): z.infer<typeof quarantinedRowSchema> => ({
  row: numberOf(row.row, shard),
  deliveryId: row.deliveryId,
  alertIds: row.alertIds,
  error: row.error,
  bytes: row.bytes,
  acceptedAt: toIso(row.acceptedAt),
  quarantinedAt: toIso(row.quarantinedAt),
});

/**
 * The integration whose rows are asked for; a deleted one too, as what it took is still owed to Postgres.
 * @throws Problem `not-found` or `forbidden` when it is not within the visibleTeams of the caller
 */
export async function ownerOf(c: Context<AppEnv>, id: string, readScope: Scope): Promise<IntegrationRow> {
  const integration = await findIntegration(connect(c.env), id, "also deleted");
  if (!integration) throw noSuch("integration");
  assertTeamAccess(c.get("visibleTeams"), integration.teamId, c.get("principal"), readScope, "integration");
  return integration;
}
