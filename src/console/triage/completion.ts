/** What can follow in a query at the text cursor. Pure. */
import { ALERT_FIELDS } from "../../alerts/query/alert-query.ts";
import { printTerms } from "../../alerts/query/syntax.ts";
import { toTerm } from "./query-text.ts";

export interface Suggestion {
  text: string;
  /** What replaces the start of the term or value. */
  insert: string;
  hint: string;
}

/** The part of a term before the text cursor, and its place in the query. */
export interface Token {
  /** The name before the colon; null: there is no colon yet. */
  field: string | null;
  /** What was typed of the field or the value, without a quote. */
  value: string;
  start: number;
  end: number;
}

/** Finds the term or value that is being typed. @param at the text cursor, in UTF-16 units */
export function splitForCompletion(query: string, at: number): Token {
  const before = query.slice(0, at);
  const start = startOfTerm(before);
  const term = before.slice(start).replace(/^-/, "");
  const termStart = at - term.length;
  const colon = term.indexOf(":");
  if (colon === -1) return { field: null, value: term, start: termStart, end: at };
  const values = term.slice(colon + 1);
  const comma = /^(?:"(?:[^"\\]|\\.)*"|[^",])*,/.exec(values)?.[0].length ?? 0;
  const lastStart = comma === 0 ? 0 : values.lastIndexOf(",") + 1;
  const value = values.slice(lastStart);
  return {
    field: term.slice(0, colon).replaceAll('"', ""),
    value: value.replace(/^"/, ""),
    start: at - value.length,
    end: at,
  };
}

/** Where the last term starts: behind the last space outside quotes. */
function startOfTerm(text: string): number {
  let isQuoted = false;
  let start = 0;
  for (let index = 0; index < text.length; index++) {
    const char = text.charAt(index);
    if (char === "\\" && isQuoted) index++;
    else if (char === '"') isQuoted = !isQuoted;
    else if (!isQuoted && /\s/.test(char)) start = index + 1;
  }
  return start;
}

const HINTS: Readonly<Record<string, string>> = {
  status: "open, acknowledged, resolved, closed",
  severity: "critical … info",
  integration: "name of a source",
  team: "name of a team",
  key: "alert key",
  by: "who acknowledged it",
  muted: "snoozed or silenced",
  since: "triggered at or after",
  until: "triggered before",
};

const MAX_SUGGESTIONS = 12;

/** Fields that start with a text, then labels. */
export function suggestFields(typed: string, labels: readonly string[]): Suggestion[] {
  const lower = typed.toLowerCase();
  const fields = ALERT_FIELDS.filter((field) => field !== "label.<name>" && field.toLowerCase().startsWith(lower));
  return [
    ...fields.map((field) => ({ text: `${field}:`, insert: `${field}:`, hint: HINTS[field] ?? "" })),
    ...("label.".startsWith(lower) ? [{ text: "label.", insert: "label.", hint: "name of a label" }] : []),
    ...labels.map((label) => {
      const insert = printTerms([toTerm(`label.${label}`, "x")]).slice(0, -1);
      return { text: `label.${label}:`, insert, hint: "label" };
    }),
  ].slice(0, MAX_SUGGESTIONS);
}

/** Values that contain a text. Those with spaces get quotes. */
export function suggestValues(values: readonly string[], typed: string): Suggestion[] {
  const lower = typed.toLowerCase();
  return values
    .filter((value) => value.toLowerCase().includes(lower))
    .slice(0, MAX_SUGGESTIONS)
    .map((value) => ({ text: value, insert: printTerms([toTerm("by", value)]).slice("by:".length), hint: "" }));
}
