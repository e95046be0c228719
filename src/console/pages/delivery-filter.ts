/** The filter of the delivery list: its form, its address, and the parameters of the API. */
import { printTerms } from "../../alerts/query/syntax.ts";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { defined } from "../api.ts";
import type { Decision } from "../parts/badges.tsx";
import { sinceOf } from "../parts/period.ts";

export const DECISIONS: readonly Decision[] = ["ACCEPTED", "DUPLICATE", "REJECTED"];

export interface DeliveryFilter {
  /** In the query language. */
  query: string | undefined;
  status: Decision[];
  statusCode: number[];
  integrationId: string | undefined;
  teamId: string | undefined;
  alertId: string | undefined;
  replayOf: string | undefined;
  period: string | undefined;
}

/** A filter without conditions. */
const NO_CONDITIONS: DeliveryFilter = {
  query: undefined,
  status: [],
  statusCode: [],
  integrationId: undefined,
  teamId: undefined,
  alertId: undefined,
  replayOf: undefined,
  period: undefined,
};

/** URL of the delivery list with some conditions. */
export const deliveriesUrl = (filter: Partial<DeliveryFilter> = {}): string => {
  const search = toSearch({ ...NO_CONDITIONS, ...filter });
  return search === "" ? "/deliveries" : `/deliveries?${search}`;
};

/** URL of the delivery list with all reasons, where it otherwise shows the most frequent ones. */
export const allReasonsUrl = (filter: Partial<DeliveryFilter>): string => {
  const search = toSearch({ ...NO_CONDITIONS, ...filter });
  return `/deliveries?${search === "" ? "" : `${search}&`}reasons=all`;
};

/** Reads the filter of an address. Unknown values are ignored. */
export function readDeliveryFilter(query: URLSearchParams): DeliveryFilter {
  const text = (name: string) => query.get(name)?.trim() || undefined;
  return {
    query: text("query"),
    status: DECISIONS.filter((decision) => query.getAll("status").includes(decision)),
    statusCode: query
      .getAll("statusCode")
      .filter((code) => /^[1-5]\d\d$/.test(code))
      .map(Number),
    integrationId: text("integrationId"),
    teamId: text("teamId"),
    alertId: text("alertId"),
    replayOf: text("replayOf"),
    period: text("period"),
  };
}

/** The filter as the API takes it. */
export const toApiFilter = ({ status, statusCode, period, ...rest }: DeliveryFilter) =>
  defined({
    ...rest,
    status: status.length > 0 ? status : undefined,
    statusCode: statusCode.length > 0 ? statusCode : undefined,
    since: sinceOf(period),
  });

/** The filter as the query of an address. */
export function toSearch({ status, statusCode, ...rest }: DeliveryFilter): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(rest)) if (value !== undefined) search.set(name, value);
  for (const decision of status) search.append("status", decision);
  for (const code of statusCode) search.append("statusCode", String(code));
  return search.toString();
}

/** The filter as a replay takes it; null: a replay needs one integration. */
export function toReplayFilter(filter: DeliveryFilter): Schemas["ReplayFilter"] | null {
  const { integrationId, query, status, statusCode, since } = toApiFilter(filter);
  if (integrationId === undefined) return null;
  return { integrationId, ...defined({ query, status, statusCode, since }) };
}

/** The filter for the deliveries of a group of reasons. */
export const filterOfReason = <Filter extends Partial<DeliveryFilter>>(
  filter: Filter,
  group: Schemas["DeliveryReasons"]["data"][number],
): Filter & Pick<DeliveryFilter, "query" | "status" | "statusCode"> => ({
  ...filter,
  query: [filter.query, queryOfGroup(group)].filter(Boolean).join(" ") || undefined,
  status: [group.status],
  statusCode: [group.statusCode],
});

function queryOfGroup({ reason, hasUnreadableEvents }: Schemas["DeliveryReasons"]["data"][number]): string {
  if (reason === null) return "";
  // An index has only these deliveries. In their reason, the number of these events is behind the fault, in parentheses: without the
  // parenthesis, a longer fault would match too.
  return hasUnreadableEvents ? `unreadable:true ${queryOfReason(`${reason} (`)}` : queryOfReason(reason);
}

/** Shorter parts of a reason are in most other reasons too. */
const MIN_PART_LENGTH = 4;

/** A query of the texts in a reason; what differs between its deliveries is `…` there. */
const queryOfReason = (reason: string): string =>
  printTerms(
    reason
      .split("…")
      .map((part) => part.trim())
      .filter((part) => part.length >= MIN_PART_LENGTH)
      .map((text) => ({
        field: "reason",
        label: null,
        isNegated: false,
        values: [{ text, isPrefix: false, offset: 0 }],
        offset: 0,
      })),
  );

/** Whether the filter leaves out any delivery. */
export const isFiltered = (filter: DeliveryFilter): boolean => toSearch(filter) !== "";
