/** The query language for deliveries: the fields and their values. What a query means, before names become ids. */
import type { TextPattern } from "../conditions.ts";
import { DELIVERY_STATUSES, type DeliveryStatus } from "../model.ts";
import {
  earliest,
  latest,
  type NameTerm,
  readBoolean,
  readEnum,
  readTerms,
  readTime,
  type TermReader,
  toNameTerm,
  toPatterns,
} from "./fields.ts";
import { type QueryTerm } from "./syntax.ts";

/** A condition on the fields of a delivery. */
export interface DeliveryCondition {
  field:
    | "text" // in the title, or in the reason of a rejection
    | "title" // of its first alert
    | "reason"
    | "idempotencyKey"
    | "contentFingerprint"
    | "integrationId"
    | "teamId";
  /** Any of them matches. Texts, titles and reasons contain them in any case. */
  patterns: readonly TextPattern[];
  isNegated: boolean;
}

/** A parsed query. What is missing matches everything. */
export interface DeliveryQuery {
  status?: DeliveryStatus[];
  statusCode?: number[];
  hasUnreadableEvents?: boolean;
  since?: Date;
  until?: Date;
  conditions: DeliveryCondition[];
  /** All of them match. */
  integrations: NameTerm[];
  teams: NameTerm[];
}

/** The status codes of HTTP, as text. */
const STATUS_CODES = Array.from({ length: 500 }, (_, at) => String(100 + at));

/** The fields of a query for deliveries, and what each stands for. */
const FIELDS: Readonly<Record<string, TermReader<DeliveryQuery>>> = {
  status: (query, term) => (query.status = readEnum(term, DELIVERY_STATUSES, query.status)),
  statusCode: (query, term) =>
    (query.statusCode = readEnum(term, STATUS_CODES, query.statusCode?.map(String)).map(Number)),
  integration: (query, term) => query.integrations.push(toNameTerm(term)),
  team: (query, term) => query.teams.push(toNameTerm(term)),
  title: textField("title"),
  reason: textField("reason"),
  key: textField("idempotencyKey"),
  idempotencyKey: textField("idempotencyKey"),
  contentFingerprint: textField("contentFingerprint"),
  unreadable: (query, term) => (query.hasUnreadableEvents = readBoolean(term, query.hasUnreadableEvents)),
  since: (query, term, now) => (query.since = latest(readTime(term, now), query.since)),
  until: (query, term, now) => (query.until = earliest(readTime(term, now), query.until)),
};

/** The names of the fields, for completion and documentation. */
export const DELIVERY_FIELDS: readonly string[] = Object.keys(FIELDS);

/**
 * Parses a query for deliveries.
 * @param now Unix ms, for times such as `since:2h`
 * @throws QueryError
 */
export const parseDeliveryQuery = (text: string, now: number): DeliveryQuery =>
  readTerms(text, { conditions: [], integrations: [], teams: [] }, FIELDS, DELIVERY_FIELDS, textField("text"), now);

const toCondition = (field: DeliveryCondition["field"], term: QueryTerm): DeliveryCondition => ({
  field,
  patterns: toPatterns(term, field !== "idempotencyKey"),
  isNegated: term.isNegated,
});

function textField(field: DeliveryCondition["field"]): TermReader<DeliveryQuery> {
  return (query, term) => query.conditions.push(toCondition(field, term));
}
