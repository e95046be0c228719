import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { connect } from "../../../db/client.ts";
import { findIntegration, type IntegrationRow } from "../../../db/integrations.ts";
import { BUCKETS } from "../../../integration/buckets.ts";
import type { SetAsideRow } from "../../../integration/messages.ts";
import type { AppEnv } from "../../../lib/app-env.ts";
import type { Scope } from "../../../lib/principal.ts";
import { toIso } from "../../../lib/time.ts";
import { assertWithin, noSuch } from "../../needs.ts";
import { instant } from "../../page.ts";

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
export const numberOf = (row: number, shard: number): number => row * BUCKETS + shard;
export const placeOf = (number: number) => ({ row: Math.floor(number / BUCKETS), shard: number % BUCKETS });

export const setAsideSchema = z
  .object({
    row: z.int(),
    deliveryId: z.uuid().nullable().openapi({
      description: "The delivery that it holds; null: it holds more of one, or a change that no delivery brought about",
    }),
    alertIds: z.array(z.uuid()).openapi({ description: "The alerts whose new state it holds" }),
    error: z.string().openapi({ description: "SQLSTATE and message of Postgres" }),
    bytes: z.int(),
    acceptedAt: instant,
    setAsideAt: instant,
  })
  .openapi("SetAside");

/** A row of one of the integration's objects as the API shows it. */
export const toSetAside = (row: SetAsideRow, shard: number): z.infer<typeof setAsideSchema> => ({
  row: numberOf(row.row, shard),
  deliveryId: row.deliveryId,
  alertIds: row.alertIds,
  error: row.error,
  bytes: row.bytes,
  acceptedAt: toIso(row.acceptedAt),
  setAsideAt: toIso(row.setAsideAt),
});

/**
 * The integration whose rows are asked for; a deleted one too, as what it took is still owed to Postgres.
 * @throws Problem `not-found` or `forbidden` when it is not within the reach of the caller
 */
export async function ownerOf(c: Context<AppEnv>, id: string, sight: Scope): Promise<IntegrationRow> {
  const integration = await findIntegration(connect(c.env), id, "also deleted");
  if (!integration) throw noSuch("integration");
  assertWithin(c.get("reach"), integration.teamId, c.get("principal"), sight, "integration");
  return integration;
}
