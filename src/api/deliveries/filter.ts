/** The delivery filter, which the list, the reasons and the export share. */
import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { DELIVERY_FIELDS, type DeliveryCondition, parseDeliveryQuery } from "../../alerts/query/delivery-query.ts";
import type { DeliveryFilter } from "../../db/delivery-page.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import type { VisibleTeams } from "../../lib/principal.ts";
import { deliveryStatus } from "../components.ts";
import { repeatable, sinceUntil } from "../pagination.ts";
import { both, narrowTimes, queryParameter, resolveNames, understood, withStoredKeys } from "../query.ts";

/** The filter as query parameters. */
export const deliveryQuery = {
  query: queryParameter(DELIVERY_FIELDS, 'status:rejected statusCode:401 integration:"Prod EU" reason:signature'),
  integrationId: z.uuid().optional().openapi({ description: "Only deliveries to this integration" }),
  teamId: z.uuid().optional().openapi({ description: "Only deliveries of this team" }),
  alertId: z.uuid().optional().openapi({ description: "Only deliveries with an event for this alert" }),
  replayOf: z.uuid().optional().openapi({ description: "Only replays of this delivery" }),
  originalOf: z.uuid().optional().openapi({ description: "Only the delivery that this one replays" }),
  status: repeatable(deliveryStatus).optional().openapi({ description: "Any of these statuses; repeatable" }),
  statusCode: repeatable(z.coerce.number<string>().int().min(100).max(599))
    .optional()
    .openapi({ description: "Answered with any of these HTTP status codes; repeatable", example: [401] }),
  idempotencyKey: z
    .string()
    .min(1)
    .max(1024)
    .optional()
    .openapi({ description: "Only deliveries with this idempotency key" }),
  contentFingerprint: z
    .string()
    .regex(/^[0-9a-f]{64}$/, "expected 64 hexadecimal digits")
    .optional()
    .openapi({ description: "Only deliveries with this content fingerprint" }),
  ...sinceUntil("Received"),
};

type DeliveryQuery = Omit<DeliveryFilter, "integrationIds" | "hasUnreadableEvents" | "conditions"> & {
  query?: string | undefined;
  teamId?: string | undefined;
  idempotencyKey?: string | undefined;
  contentFingerprint?: string | undefined;
};

/**
 * Returns the delivery filter of a request, with ids in place of names, and the teams to search.
 * @returns `teamIds`: the teams that the filter names; undefined: it names none
 * @throws Problem `invalid-request` when `query` cannot be understood
 */
export async function readDeliveryFilter(
  c: Context<AppEnv>,
  { query = "", teamId, idempotencyKey, contentFingerprint, ...given }: DeliveryQuery,
): Promise<{ filter: DeliveryFilter; teamIds: readonly string[] | undefined; visibleTeams: VisibleTeams }> {
  const parsed = understood(() => parseDeliveryQuery(query, Date.now()));
  const { integrationIds, teamIds, excluded, visibleTeams } = await resolveNames(c, parsed, teamId);
  const conditions: DeliveryCondition[] = [
    ...whole("idempotencyKey", idempotencyKey),
    ...whole("contentFingerprint", contentFingerprint),
    ...parsed.conditions,
    ...excluded,
  ];
  const filter = {
    ...given,
    status: both(given.status, parsed.status),
    statusCode: both(given.statusCode, parsed.statusCode),
    ...narrowTimes(given, parsed),
    hasUnreadableEvents: parsed.hasUnreadableEvents,
    integrationIds,
    conditions: await Promise.all(conditions.map((condition) => withStoredKeys("idempotencyKey", condition))),
  };
  return { filter, teamIds, visibleTeams };
}

const whole = (field: DeliveryCondition["field"], text: string | undefined): DeliveryCondition[] =>
  text === undefined ? [] : [{ field, patterns: [{ text, isPrefix: false }], isNegated: false }];
