/** The query language for alerts: the fields and their values. What a query means, before names become ids. */
import { SEVERITIES, STATUSES, type AlertStatus, type Severity } from "../model.ts";
import type { Condition } from "../conditions.ts";
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
import { QueryError, type QueryTerm } from "./syntax.ts";

/** A parsed query. What is missing matches everything. */
export interface AlertQuery {
  status?: AlertStatus[];
  severity?: Severity[];
  since?: Date;
  until?: Date;
  muted?: boolean;
  conditions: Condition[];
  /** All of them match. */
  integrations: NameTerm[];
  teams: NameTerm[];
}

/** The fields of a query for alerts, and what each stands for. */
const FIELDS: Readonly<Record<string, TermReader<AlertQuery>>> = {
  status: (query, term) => (query.status = readEnum(term, STATUSES, query.status)),
  severity: (query, term) => (query.severity = readEnum(term, SEVERITIES, query.severity)),
  integration: (query, term) => query.integrations.push(toNameTerm(term)),
  team: (query, term) => query.teams.push(toNameTerm(term)),
  key: textField("alertKey"),
  alertKey: textField("alertKey"),
  externalId: textField("externalId"),
  source: textField("source"),
  by: textField("acknowledgedBy"),
  acknowledgedBy: textField("acknowledgedBy"),
  label: (query, term) => {
    if (term.label === null) throw new QueryError("missing name of the label; write `label.name:value`", term.offset);
    query.conditions.push(toCondition("label", term));
  },
  muted: (query, term) => (query.muted = readBoolean(term, query.muted)),
  since: (query, term, now) => (query.since = latest(readTime(term, now), query.since)),
  until: (query, term, now) => (query.until = earliest(readTime(term, now), query.until)),
};

/** The names of the fields, for completion and documentation. */
export const ALERT_FIELDS: readonly string[] = Object.keys(FIELDS).map((name) =>
  name === "label" ? "label.<name>" : name,
);

/**
 * Parses a query for alerts.
 * @param now Unix ms, for times such as `since:2h`
 * @throws QueryError
 */
export const parseAlertQuery = (text: string, now: number): AlertQuery =>
  readTerms(text, { conditions: [], integrations: [], teams: [] }, FIELDS, ALERT_FIELDS, textField("text"), now);

const toCondition = (field: Condition["field"], term: QueryTerm): Condition => ({
  field,
  ...(term.label !== null && { label: term.label }),
  patterns: toPatterns(term, field !== "alertKey"),
  isNegated: term.isNegated,
});

function textField(field: Condition["field"]): TermReader<AlertQuery> {
  return (query, term) => query.conditions.push(toCondition(field, term));
}
