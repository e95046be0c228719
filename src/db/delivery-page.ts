/** The pages of the delivery list. */
import { and, eq, gte, ilike, inArray, lt, or, type SQL, sql } from "drizzle-orm";
import { integrationsOf } from "../alerts/alert-filter.ts";
import type { TextPattern } from "../alerts/conditions.ts";
import type { DeliveryStatus } from "../alerts/model.ts";
import type { DeliveryCondition } from "../alerts/query/delivery-query.ts";
import type { VisibleTeams } from "../lib/principal.ts";
import { matchesText, toPattern } from "./alert-content.ts";
import { type Field, type IndexedTable, scopeConditions, scopeOf, selectFirst } from "./index-merge.ts";
import { isAfter, isOneOf, type Order, orderBy, type Position, type RowPosition } from "./keyset.ts";
import {
  alerts,
  deliveryStatus,
  FINGERPRINT_START,
  fingerprintStart,
  searchText,
  webhookDeliveries,
} from "./schema.ts";

/** The deliveries that meet every given condition. */
export interface DeliveryFilter {
  integrationId?: string | undefined;
  /** Any of these integrations, in addition to `integrationId`. */
  integrationIds?: readonly string[] | undefined;
  alertId?: string | undefined;
  replayOf?: string | undefined;
  originalOf?: string | undefined;
  status?: DeliveryStatus[] | undefined;
  statusCode?: number[] | undefined;
  since?: Date | undefined;
  until?: Date | undefined;
  conditions?: readonly DeliveryCondition[] | undefined;
}

/** The table, for lists that merge index ranges. */
export const INDEXED: IndexedTable = {
  table: webhookDeliveries,
  id: webhookDeliveries.id,
  time: webhookDeliveries.receivedAt,
  teamId: webhookDeliveries.teamId,
  integrationId: webhookDeliveries.integrationId,
};

/**
 * The deliveries on the page after a position. A filter by alert, replay or original leaves few rows, so there it does not
 * search for the page, and the caller's limit ends it.
 */
export function isOnPage(
  order: Order,
  visibleTeams: VisibleTeams,
  filter: DeliveryFilter,
  position: Position | RowPosition | null,
  limit: number,
): SQL | undefined {
  const { id, receivedAt } = webhookDeliveries;
  const scope = scopeOf(visibleTeams, integrationsOf(filter));
  const fields = fieldsOf(filter);
  const inRange = and(
    filter.since && gte(receivedAt, filter.since),
    filter.until && lt(receivedAt, filter.until),
    isAfter(order, receivedAt, id, position),
    ...otherFields(filter),
  );
  const { conditions = [] } = filter;
  if (isNarrow(filter))
    return and(isRelated(filter), ...scopeConditions(INDEXED, scope, fields), inRange, ...conditions.map(meets));
  const pages = alternatives(conditions, filter).map((content) =>
    selectFirst(order, INDEXED, scope, fields, and(inRange, content), limit),
  );
  const page = pages.length === 1 ? pages[0] : merged(order, pages, limit);
  return inArray(id, sql`(select page.id from (${page}) as page)`);
}

/** Merges pages, which may have deliveries in common. */
const merged = (order: Order, pages: readonly SQL[], limit: number): SQL => sql`
  select every.id, every.at from (${sql.join(
    pages.map((page) => sql`(${page})`),
    sql` union `,
  )}) as every order by ${sql.join(orderBy(order, sql`every.at`, sql`every.id`), sql`, `)} limit ${limit}`;

/** The field whose index ranges are merged. */
function fieldsOf({ status, statusCode }: DeliveryFilter): Field[] {
  if (statusCode === undefined) return [{ column: webhookDeliveries.status, type: deliveryStatus, values: status }];
  return [{ column: webhookDeliveries.statusCode, type: INTEGER, values: statusCode.map(String) }];
}

const INTEGER = { enumName: "integer", enumValues: [] };

/** The conditions on fields whose index ranges are not merged. */
const otherFields = ({ status, statusCode }: DeliveryFilter): (SQL | undefined)[] =>
  statusCode === undefined ? [] : [isOneOf(webhookDeliveries.status, status)];

const isNarrow = ({ alertId, replayOf, originalOf }: DeliveryFilter): boolean =>
  [alertId, replayOf, originalOf].some((one) => one !== undefined);

const isRelated = ({ alertId, replayOf, originalOf }: DeliveryFilter): SQL | undefined =>
  and(
    alertId === undefined ? undefined : inArray(webhookDeliveries.id, selectDeliveriesOf(alertId)),
    replayOf === undefined ? undefined : eq(webhookDeliveries.replayOf, replayOf),
    originalOf === undefined
      ? undefined
      : sql`${webhookDeliveries.id} = (select replay_of from webhook_deliveries where id = ${originalOf}::uuid)`,
  );

/**
 * Selects the deliveries of an alert. A delivery names only its first alert: the timeline has the others, and a duplicate
 * refers to them through the original.
 */
const selectDeliveriesOf = (alertId: string): SQL => sql`(
  select id from webhook_deliveries where alert_id = ${alertId}::uuid
  union select delivery_id from alert_timeline where alert_id = ${alertId}::uuid
  union select duplicate.id from alert_timeline as entry join webhook_deliveries as duplicate
    on duplicate.duplicate_of = entry.delivery_id where entry.alert_id = ${alertId}::uuid)`;

/**
 * The conditions as alternatives: one for each index that may find the first text. Further texts are only compared.
 * @returns conditions of which any holds; undefined: all deliveries
 */
function alternatives(conditions: readonly DeliveryCondition[], filter: DeliveryFilter): (SQL | undefined)[] {
  const text = conditions.find(({ field, isNegated }) => field === "text" && !isNegated);
  const others = conditions
    .filter((condition) => condition !== text)
    .map((condition) =>
      condition.field === "reason" && !condition.isNegated && isRejectedOnly(filter)
        ? anyOf(condition, hasError)
        : meets(condition),
    );
  if (!text) return [and(...others)];
  return [anyOf(text, hasTitle), anyOf(text, hasError)].map((found) => and(...others, found));
}

const isRejectedOnly = ({ status }: DeliveryFilter): boolean =>
  status !== undefined && status.every((one) => one === "REJECTED");

const anyOf = ({ patterns }: DeliveryCondition, matches: (pattern: TextPattern) => SQL | undefined): SQL =>
  or(...patterns.map(matches)) ?? sql`false`;

function meets(condition: DeliveryCondition): SQL {
  const matches = anyOf(condition, MATCHES[condition.field]);
  return condition.isNegated ? sql`(${matches}) is not true` : matches;
}

const hasTitle = ({ text }: TextPattern): SQL => {
  const pattern = `%${toPattern(text)}%`;
  // The index is on the title with the description.
  return sql`${webhookDeliveries.alertId} in (select ${alerts.id} from ${alerts}
    where (${searchText(alerts)}) ilike ${pattern} and ${alerts.title} ilike ${pattern})`;
};

/** The reason of a rejection, which has an index. */
const hasError = ({ text }: TextPattern): SQL => ilike(webhookDeliveries.error, `%${toPattern(text)}%`);

/** The same as `hasTitle` for one row, without the content index. */
const isTitled = ({ text }: TextPattern): SQL => sql`exists (select 1 from ${alerts}
  where ${alerts.id} = ${webhookDeliveries.alertId} and ${alerts.title} ilike ${`%${toPattern(text)}%`})`;

const startsOrIs = (pattern: TextPattern): SQL | undefined => {
  const { contentFingerprint } = webhookDeliveries;
  const text = pattern.text.toLowerCase();
  const start = {
    text: text.slice(0, FINGERPRINT_START),
    isPrefix: pattern.isPrefix && text.length < FINGERPRINT_START,
  };
  return and(
    matchesText(fingerprintStart(webhookDeliveries), start),
    matchesText(contentFingerprint, { ...pattern, text }),
  );
};

const MATCHES: Record<DeliveryCondition["field"], (pattern: TextPattern) => SQL | undefined> = {
  text: (pattern) => or(isTitled(pattern), hasError(pattern)),
  title: hasTitle,
  // The reason of a rejection is its error, with a note.
  reason: ({ text }) =>
    sql`coalesce(${webhookDeliveries.error}, ${webhookDeliveries.reason}) ilike ${`%${toPattern(text)}%`}`,
  idempotencyKey: (pattern) => matchesText(webhookDeliveries.idempotencyKey, pattern),
  contentFingerprint: startsOrIs,
  integrationId: ({ text }) => sql`${webhookDeliveries.integrationId} = ${text}::uuid`,
  teamId: ({ text }) => sql`${webhookDeliveries.teamId} = ${text}::uuid`,
};
