/** The pages of the delivery list. */
import { and, eq, gte, ilike, inArray, isNull, lt, not, or, type SQL, sql } from "drizzle-orm";
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
  hasUnreadableEvents,
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
  /** No replays. */
  isOriginal?: true;
  status?: DeliveryStatus[] | undefined;
  statusCode?: number[] | undefined;
  /** With unreadable events, or without. */
  hasUnreadableEvents?: boolean | undefined;
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
  if (isNarrow(filter)) return isFound(order, visibleTeams, filter, position);
  const page = selectPage(order, visibleTeams, filter, position, limit);
  return sql`${webhookDeliveries.id} in (select page.id from (${page}) as page)`;
}

/** Selects `id` and `at` of the deliveries on the page after a position, which meet any of some filters. */
export function selectPageOfAny(
  order: Order,
  visibleTeams: VisibleTeams,
  filters: readonly DeliveryFilter[],
  position: Position | RowPosition | null,
  limit: number,
): SQL {
  const pages = filters.map((filter) => selectPage(order, visibleTeams, filter, position, limit));
  return merged(order, pages, limit);
}

/** Selects `id` and `at` of the deliveries on the page after a position. */
function selectPage(
  order: Order,
  visibleTeams: VisibleTeams,
  filter: DeliveryFilter,
  position: Position | RowPosition | null,
  limit: number,
): SQL {
  const { id, receivedAt } = webhookDeliveries;
  if (isNarrow(filter))
    return sql`select ${id} as id, ${receivedAt} as at from ${webhookDeliveries}
      where ${isFound(order, visibleTeams, filter, position)}
      order by ${sql.join(orderBy(order, receivedAt, id), sql`, `)} limit ${limit}`;
  const scope = scopeOf(visibleTeams, integrationsOf(filter));
  const pages = alternatives(filter).map(({ content, ...one }) => {
    const conditions = and(isInRange(order, one, position), ...otherFields(one), content);
    return selectFirst(order, INDEXED, scope, fieldsOf(one), conditions, limit);
  });
  return merged(order, pages, limit);
}

/** All deliveries after a position that a filter leaves. */
const isFound = (
  order: Order,
  visibleTeams: VisibleTeams,
  filter: DeliveryFilter,
  position: Position | RowPosition | null,
): SQL | undefined =>
  and(
    isRelated(filter),
    ...scopeConditions(INDEXED, scopeOf(visibleTeams, integrationsOf(filter)), fieldsOf(filter)),
    isInRange(order, filter, position),
    ...otherFields(filter),
    ...(filter.conditions ?? []).map((condition) => meets(condition, ROW_BY_ROW)),
  );

const isInRange = (
  order: Order,
  { since, until }: DeliveryFilter,
  position: Position | RowPosition | null,
): SQL | undefined => {
  const { id, receivedAt } = webhookDeliveries;
  return and(since && gte(receivedAt, since), until && lt(receivedAt, until), isAfter(order, receivedAt, id, position));
};

/** Merges pages, which may have deliveries in common. */
function merged(order: Order, pages: readonly SQL[], limit: number): SQL {
  const [only, ...others] = pages;
  if (!only) return sql`select null::uuid as id, null::timestamptz as at where false`;
  if (others.length === 0) return only;
  return sql`
  select every.id, every.at from (${sql.join(
    pages.map((page) => sql`(${page})`),
    sql` union `,
  )}) as every order by ${sql.join(orderBy(order, sql`every.at`, sql`every.id`), sql`, `)} limit ${limit}`;
}

/** The field whose index ranges are merged; none if another index has the order of the list. */
function fieldsOf(filter: DeliveryFilter): Field[] {
  const { status, statusCode, conditions = [] } = filter;
  if (conditions.some(isWholeFingerprint)) return [];
  // The index of deliveries with unreadable events has the status, but not the status code.
  if (statusCode && !filter.hasUnreadableEvents)
    return [{ column: webhookDeliveries.statusCode, type: INTEGER, values: statusCode.map(String) }];
  return [{ column: webhookDeliveries.status, type: deliveryStatus, values: status }];
}

const INTEGER = { enumName: "integer", enumValues: [] };

/** The conditions on other columns, and on fields whose index ranges are not merged. */
function otherFields(filter: DeliveryFilter): (SQL | undefined)[] {
  const { status, statusCode, isOriginal } = filter;
  const merging = new Set(fieldsOf(filter).map(({ column }) => column.name));
  return [
    isOriginal ? isNull(webhookDeliveries.replayOf) : undefined,
    meetsUnreadable(filter.hasUnreadableEvents),
    merging.has(webhookDeliveries.status.name) ? undefined : isOneOf(webhookDeliveries.status, status),
    merging.has(webhookDeliveries.statusCode.name)
      ? undefined
      : isOneOf(webhookDeliveries.statusCode, statusCode?.map(String)),
  ];
}

function meetsUnreadable(isWanted: boolean | undefined): SQL | undefined {
  if (isWanted === undefined) return undefined;
  const condition = hasUnreadableEvents(webhookDeliveries);
  return isWanted ? condition : not(condition);
}

const isWholeFingerprint = ({ field, patterns, isNegated }: DeliveryCondition): boolean =>
  field === "contentFingerprint" && !isNegated && patterns.length === 1 && patterns[0]?.isPrefix === false;

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

/** A filter whose conditions are `content`; undefined: there are none. */
type Alternative = DeliveryFilter & { content: SQL | undefined };

type Matches = (pattern: TextPattern) => SQL | undefined;

const REJECTED: readonly DeliveryStatus[] = ["REJECTED"];
const NOT_REJECTED: readonly DeliveryStatus[] = ["ACCEPTED", "DUPLICATE"];

/**
 * A filter by text as two alternatives, because different indexes find the text of rejected deliveries, which have no alert, and of
 * others, which have no error.
 */
function alternatives(filter: DeliveryFilter): Alternative[] {
  const { conditions = [], status = deliveryStatus.enumValues } = filter;
  const among = (group: readonly DeliveryStatus[], texts: TextMatches): Alternative => ({
    ...filter,
    status: status.filter((one) => group.includes(one)),
    content: and(...conditions.map((condition) => meets(condition, texts))),
  });
  if (!conditions.some(({ field }) => field in ROW_BY_ROW)) return [among(deliveryStatus.enumValues, ROW_BY_ROW)];
  return [among(NOT_REJECTED, OF_OTHERS), among(REJECTED, OF_REJECTED)].filter((one) => one.status?.length !== 0);
}

function meets({ field, patterns, isNegated }: DeliveryCondition, texts: TextMatches): SQL {
  // A negated condition leaves most rows: an index does not help.
  const all: Record<DeliveryCondition["field"], Matches> = { ...VALUES, ...(isNegated ? ROW_BY_ROW : texts) };
  const matches = or(...patterns.map(all[field])) ?? sql`false`;
  return isNegated ? sql`(${matches}) is not true` : matches;
}

const containing = (text: string): string => `%${toPattern(text)}%`;

/** The first alert has such a title. Its content index finds rare titles: it is on the title with the description. */
const hasTitle: Matches = ({ text }) => sql`${webhookDeliveries.alertId} in (select ${alerts.id} from ${alerts}
  where (${searchText(alerts)}) ilike ${containing(text)} and ${alerts.title} ilike ${containing(text)})`;

/** The same for one row. */
const isTitled: Matches = ({ text }) => sql`exists (select 1 from ${alerts}
  where ${alerts.id} = ${webhookDeliveries.alertId} and ${alerts.title} ilike ${containing(text)})`;

/** The reason of a rejection, which has an index. */
const hasError: Matches = ({ text }) => ilike(webhookDeliveries.error, containing(text));

const hasReason: Matches = ({ text }) => ilike(webhookDeliveries.reason, containing(text));

/** How texts are found. */
type TextMatches = Record<"text" | "title" | "reason", Matches>;

const OF_OTHERS: TextMatches = { text: hasTitle, title: hasTitle, reason: hasReason };

const OF_REJECTED: TextMatches = { text: hasError, title: () => sql`false`, reason: hasError };

const ROW_BY_ROW: TextMatches = {
  text: (pattern) => or(isTitled(pattern), hasError(pattern)),
  title: isTitled,
  // The reason of a rejection is its error, with a note.
  reason: ({ text }) =>
    sql`coalesce(${webhookDeliveries.error}, ${webhookDeliveries.reason}) ilike ${containing(text)}`,
};

const matchesFingerprint: Matches = (pattern) => {
  const text = pattern.text.toLowerCase();
  // Characters, as Postgres counts them.
  const start = Array.from(text).slice(0, FINGERPRINT_START);
  const isPrefix = pattern.isPrefix && start.length < FINGERPRINT_START;
  const isSame = matchesText(webhookDeliveries.contentFingerprint, { ...pattern, text });
  return and(
    matchesText(fingerprintStart(webhookDeliveries), { text: start.join(""), isPrefix }),
    // The planner does not see that this leaves the same rows, and would expect fewer.
    sql`coalesce(${isSame}, false)`,
  );
};

const VALUES: Record<Exclude<DeliveryCondition["field"], keyof TextMatches>, Matches> = {
  idempotencyKey: (pattern) => matchesText(webhookDeliveries.idempotencyKey, pattern),
  contentFingerprint: matchesFingerprint,
  integrationId: ({ text }) => sql`${webhookDeliveries.integrationId} = ${text}::uuid`,
  teamId: ({ text }) => sql`${webhookDeliveries.teamId} = ${text}::uuid`,
};
