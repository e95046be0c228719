/** Changes of the query of a list: its terms as chips, and terms that a click adds. Pure. */
import { toIso } from "../../lib/time.ts";
import { parseTerms, printTerms, QueryError, type QueryTerm } from "../../alerts/query/syntax.ts";

/** The terms of a query; empty if it cannot be understood. */
export function termsOf(query: string): QueryTerm[] {
  try {
    return parseTerms(query);
  } catch (error) {
    if (error instanceof QueryError) return [];
    throw error;
  }
}

/** The integrations that a query names, by name or id. */
export const integrationsIn = (query: string): string[] =>
  termsOf(query).flatMap(({ field, values }) => (field === "integration" ? values.map(({ text }) => text) : []));

/** A term for a whole value. @param field `severity`, or `label.service` for a label */
export function toTerm(field: string, text: string, isNegated = false): QueryTerm {
  const label = field.startsWith("label.") ? field.slice("label.".length) : null;
  const values = [{ text, isPrefix: false, offset: 0 }];
  return { field: label === null ? field : "label", label, isNegated, values, offset: 0 };
}

/** The query with another term, unless it has it already. */
export function withTerm(query: string, term: QueryTerm): string {
  const printed = printTerms([term]);
  const terms = termsOf(query);
  return terms.some((one) => printTerms([one]) === printed) ? query : printTerms([...terms, term]);
}

/** The query without one of its terms. */
export const withoutTerm = (query: string, index: number): string =>
  printTerms(termsOf(query).filter((_, at) => at !== index));

const PERIOD_FIELDS: ReadonlySet<string | null> = new Set(["since", "until"]);

/** The query with another period, or without one. @param from,until Unix ms, whole seconds are kept; null: no period */
export function withPeriod(query: string, from: number | null, until: number | null): string {
  const others = termsOf(query).filter(({ field }) => !PERIOD_FIELDS.has(field));
  const period = [["since", from] as const, ["until", until] as const].flatMap(([field, at]) =>
    at === null ? [] : toTerm(field, toIso(at).replace(/\.\d+Z$/, "Z")),
  );
  return printTerms([...others, ...period]);
}

/** The value of `since:` when it is the only period of a query; null: there is no period; undefined: another one. */
export function queryPeriod(query: string): string | null | undefined {
  const [term, ...others] = termsOf(query).filter(({ field }) => PERIOD_FIELDS.has(field));
  if (!term) return null;
  return others.length === 0 && term.field === "since" ? term.values[0]?.text : undefined;
}

/** Whether a query ends at a time. */
export const hasEnd = (query: string): boolean => termsOf(query).some(({ field }) => field === "until");
