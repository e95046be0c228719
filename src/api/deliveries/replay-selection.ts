/** The deliveries that a replay or its preview concerns: those of a filter, or a selection. */
import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { DELIVERY_FIELDS } from "../../alerts/query/delivery-query.ts";
import type { DeliveryFilter } from "../../db/delivery-page.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import type { VisibleTeams } from "../../lib/principal.ts";
import { deliveryStatus } from "../components.ts";
import { instantIn } from "../pagination.ts";
import { queryParameter } from "../query.ts";
import { readDeliveryFilter } from "./filter.ts";

export const MAX_REPLAYS = 100;

const filter = z
  .strictObject({
    integrationId: z.uuid().openapi({ description: "Integration of the deliveries" }),
    status: z
      .array(deliveryStatus)
      .min(1)
      .max(3)
      .optional()
      .openapi({ description: "Any of these statuses. Default: those of `query`, else REJECTED" }),
    statusCode: z
      .array(z.int().min(100).max(599))
      .min(1)
      .max(20)
      .optional()
      .openapi({ description: "Answered with any of these HTTP status codes" }),
    query: queryParameter(DELIVERY_FIELDS, 'reason:"no signature matches"'),
    since: instantIn.optional().openapi({ description: "Received at or after this time" }),
    until: instantIn.optional().openapi({ description: "Received before this time" }),
  })
  .openapi("ReplayFilter");

/** The fields of a request; `requireOne` checks that it has one of them. */
export const selectionFields = {
  filter: filter.optional(),
  ids: z
    .array(z.uuid())
    .min(1)
    .max(MAX_REPLAYS)
    .optional()
    .openapi({ description: "Instead of `filter`: these deliveries, also replays" }),
};

type Selection = z.infer<z.ZodObject<typeof selectionFields>>;

/** A check of the request: it has either a filter or ids. */
export const requireOne: [check: (selection: Selection) => boolean, params: { path: string[]; message: string }] = [
  ({ filter: given, ids }) => (given === undefined) !== (ids === undefined),
  { path: ["filter"], message: "expected either `filter` or `ids`" },
];

/** The filter for the database. @throws Problem `invalid-request` when its query cannot be understood */
export async function readReplayFilter(
  c: Context<AppEnv>,
  given: z.infer<typeof filter>,
): Promise<{ filter: DeliveryFilter; visibleTeams: VisibleTeams }> {
  const { filter: read, visibleTeams } = await readDeliveryFilter(c, given);
  return { filter: { ...read, status: read.status ?? ["REJECTED"] }, visibleTeams };
}
