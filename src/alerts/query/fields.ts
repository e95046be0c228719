/** Reads the values of terms, for the query languages of alerts and deliveries. */
import { DAY, HOUR, MINUTE, SECOND } from "../../lib/time.ts";
import type { TextPattern } from "../conditions.ts";
import { parseTerms, QueryError, type QueryTerm, type QueryValue } from "./syntax.ts";

/** Names or ids of integrations or teams. */
export interface NameTerm {
  patterns: TextPattern[];
  isNegated: boolean;
}

/** Adds a term to a query. @param now Unix ms */
export type TermReader<Query> = (query: Query, term: QueryTerm, now: number) => unknown;

/**
 * Parses a text and reads each term by its field; a term without a field with `readText`.
 * @param now Unix ms, for times such as `since:2h`
 * @throws QueryError
 */
export function readTerms<Query>(
  text: string,
  query: Query,
  fields: Readonly<Record<string, TermReader<Query>>>,
  names: readonly string[],
  readText: TermReader<Query>,
  now: number,
): Query {
  for (const term of parseTerms(text)) {
    const read = term.field === null ? readText : fieldOf(fields, term, names);
    read(query, term, now);
  }
  return query;
}

/**
 * Finds the reader of a term by its field.
 * @param names the fields, for the error
 * @throws QueryError when the field is unknown
 */
function fieldOf<Query>(
  fields: Readonly<Record<string, TermReader<Query>>>,
  { field, label, isNegated, offset }: QueryTerm,
  names: readonly string[],
): TermReader<Query> {
  const name = field ?? "";
  const reader = Object.hasOwn(fields, name) && (label === null || name === "label") ? fields[name] : undefined;
  if (reader) return reader;
  throw new QueryError(
    `unknown field \`${name.slice(0, 50)}\`; use ${names.join(", ")}, or quote a text with a colon`,
    offset + Number(isNegated),
  );
}

/**
 * Reads words of a closed list, in any case; a negated term stands for all other words.
 * @param before the words that earlier terms leave; undefined: all
 * @throws QueryError when a word is unknown
 */
export function readEnum<Word extends string>(
  { values, isNegated }: QueryTerm,
  words: readonly Word[],
  before: readonly Word[] | undefined,
): Word[] {
  const named = new Set(values.flatMap((value) => wordsOf(value, words)));
  return (before ?? words).filter((word) => named.has(word) !== isNegated);
}

/** A longer list is named by its first and last word. */
const MAX_LISTED = 20;

function wordsOf<Word extends string>({ text, isPrefix, offset }: QueryValue, words: readonly Word[]): Word[] {
  const wanted = text.toUpperCase();
  const found = words.filter((word) => (isPrefix ? word.startsWith(wanted) : word === wanted));
  if (found.length > 0) return found;
  const list = words.length > MAX_LISTED ? `${words[0]} to ${words.at(-1)}` : words.join(", ").toLowerCase();
  throw new QueryError(`unknown value \`${text.slice(0, 50)}\`; use ${list}`, offset);
}

/** @throws QueryError when a value is neither true nor false, or terms contradict each other */
export function readBoolean(term: QueryTerm, before: boolean | undefined): boolean {
  const [value] = readEnum(term, ["TRUE", "FALSE"], before === undefined ? undefined : [before ? "TRUE" : "FALSE"]);
  if (value === undefined || term.values.length > 1) throw new QueryError("use either true or false", term.offset);
  return value === "TRUE";
}

const UNIT_MS: Readonly<Record<string, number>> = { s: SECOND, m: MINUTE, h: HOUR, d: DAY, w: 7 * DAY };

/**
 * Reads a time: ISO 8601, a day in UTC, or how long ago (`30m`, `24h`, `7d`).
 * @param now Unix ms
 * @throws QueryError when it is none, or the term has more than one value or is negated
 */
export function readTime({ values, isNegated, offset }: QueryTerm, now: number): Date {
  const [value, ...others] = values;
  if (isNegated || !value || others.length > 0 || value.isPrefix) throw new QueryError("a time is one value", offset);
  const { text } = value;
  const [, count, unit] = /^(\d{1,6})([smhdw])$/.exec(text) ?? [];
  const time =
    count !== undefined && unit !== undefined
      ? now - Number(count) * (UNIT_MS[unit] ?? 0)
      : /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/.test(text)
        ? Date.parse(text)
        : Number.NaN;
  if (Number.isNaN(time) || time < 0)
    throw new QueryError(
      "not a time; use 2026-10-01, 2026-10-01T12:00:00Z, or how long ago: 30m, 24h, 7d",
      value.offset,
    );
  return new Date(time);
}

export const latest = (time: Date, other: Date | undefined): Date => (other && other > time ? other : time);
export const earliest = (time: Date, other: Date | undefined): Date => (other && other < time ? other : time);

export const toNameTerm = (term: QueryTerm): NameTerm => ({
  patterns: toPatterns(term, true),
  isNegated: term.isNegated,
});

/** @param isNfc whether the field is stored in the Unicode form NFC; keys keep the form of their source */
export const toPatterns = ({ values }: QueryTerm, isNfc: boolean): TextPattern[] =>
  values.map(({ text, isPrefix }) => ({ text: isNfc ? text.normalize("NFC") : text, isPrefix }));
