/**
 * The syntax of the query language: `status:open severity:critical,high -label.env:staging "disk full" key:job-*`. Reads a text
 * into terms and prints terms as text. Does not know the fields and their values: those are in alert-query.ts and
 * delivery-query.ts.
 */

/** One of the values of a term, which are alternatives. */
export interface QueryValue {
  text: string;
  /** The value ended with `*`: it stands for every text that starts with it. */
  isPrefix: boolean;
  /** Where the value starts in the query, in UTF-16 units. */
  offset: number;
}

/** A condition of a query. All terms of a query must match. */
export interface QueryTerm {
  /** The name before the colon; null: free text. */
  field: string | null;
  /** The name behind `label.`; null: the field is no label. */
  label: string | null;
  isNegated: boolean;
  /** At least one. */
  values: QueryValue[];
  /** Where the term starts in the query, in UTF-16 units. */
  offset: number;
}

/** A query that cannot be understood. */
export class QueryError extends Error {
  override name = "QueryError";
  /** Where the fault starts in the query, in UTF-16 units from 0. */
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** A query with more terms or values is a program, not a question. */
const MAX_TERMS = 30;
const MAX_VALUES = 50;

const LABEL = "label";
const SPACE = /\s/;
/** What ends a value without quotes. */
const STOPS_VALUE = /[\s",*]/;
/** What ends a field, or shows that the term is free text. */
const STOPS_NAME = /[\s",*:]/;

/**
 * Parses a query.
 * @throws QueryError
 */
export function parseTerms(query: string): QueryTerm[] {
  const reader = new Reader(query);
  const terms: QueryTerm[] = [];
  for (reader.skipSpaces(); !reader.isAtEnd; reader.skipSpaces()) {
    const term = readTerm(reader);
    if (terms.push(term) > MAX_TERMS) throw new QueryError(`more than ${MAX_TERMS} terms`, term.offset);
  }
  return terms;
}

/** Prints terms as a query that parses to the same terms. */
export const printTerms = (terms: readonly QueryTerm[]): string =>
  terms
    .map(({ field, label, isNegated, values }) => {
      const name = field === null ? "" : label === null ? `${field}:` : `${field}.${printName(label)}:`;
      return `${isNegated ? "-" : ""}${name}${values.map((value) => printValue(value, field === null)).join(",")}`;
    })
    .join(" ");

const printName = (name: string): string => (name === "" || STOPS_NAME.test(name) ? quote(name) : name);

/** @param isFirst whether a `-` at its start would negate the term, and a colon in it name a field */
function printValue({ text, isPrefix }: QueryValue, isFreeText: boolean): string {
  const isPlain = text !== "" && !STOPS_VALUE.test(text) && !(isFreeText && /^-|:/.test(text));
  return `${isPlain ? text : quote(text)}${isPrefix ? "*" : ""}`;
}

const quote = (text: string): string => `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;

class Reader {
  readonly #text: string;
  offset = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.offset >= this.#text.length;
  }

  /** The character at the position; empty at the end. */
  get next(): string {
    return this.#text.charAt(this.offset);
  }

  skipSpaces(): void {
    this.readUntil(/\S/);
  }

  /** Moves behind a character if it comes next. */
  accepts(char: string): boolean {
    if (this.next !== char) return false;
    this.offset++;
    return true;
  }

  /** Reads up to a character of a class, or to the end. */
  readUntil(stop: RegExp): string {
    const start = this.offset;
    while (!this.isAtEnd && !stop.test(this.next)) this.offset++;
    return this.#text.slice(start, this.offset);
  }

  /** Reads a text in quotes; a backslash takes the next character as it is. The position is at the first quote. */
  readQuoted(): string {
    const start = this.offset++;
    let text = "";
    while (!this.accepts('"')) {
      this.accepts("\\");
      if (this.isAtEnd) throw new QueryError("unclosed quote", start);
      text += this.next;
      this.offset++;
    }
    return text;
  }
}

function readTerm(reader: Reader): QueryTerm {
  const { offset } = reader;
  const isNegated = reader.accepts("-");
  if (isNegated && (reader.isAtEnd || SPACE.test(reader.next))) throw new QueryError("nothing after `-`", offset);
  const name = readField(reader);
  return { ...name, isNegated, values: readValues(reader, name.field === null), offset };
}

/** Reads a field and its colon. Moves nowhere if the term is free text. */
function readField(reader: Reader): Pick<QueryTerm, "field" | "label"> {
  const start = reader.offset;
  const name = reader.readUntil(STOPS_NAME);
  const prefix = `${LABEL}.`;
  if (name === prefix && reader.next === '"') {
    const label = reader.readQuoted();
    if (!reader.accepts(":")) throw new QueryError("expected `:` after the label", reader.offset);
    return { field: LABEL, label };
  }
  if (name !== "" && reader.accepts(":"))
    return name.startsWith(prefix) && name.length > prefix.length
      ? { field: LABEL, label: name.slice(prefix.length) }
      : { field: name, label: null };
  reader.offset = start;
  return { field: null, label: null };
}

function readValues(reader: Reader, isFreeText: boolean): QueryValue[] {
  const values = [readValue(reader, isFreeText)];
  while (reader.accepts(",")) {
    const value = readValue(reader, isFreeText);
    if (values.push(value) > MAX_VALUES) throw new QueryError(`more than ${MAX_VALUES} values`, value.offset);
  }
  if (!reader.isAtEnd && !SPACE.test(reader.next)) {
    const hint = reader.next === ":" ? "expected a field before `:`; quote a text with a colon" : "expected a space";
    throw new QueryError(hint, reader.offset);
  }
  return values;
}

function readValue(reader: Reader, isFreeText: boolean): QueryValue {
  const { offset } = reader;
  const isQuoted = reader.next === '"';
  const text = isQuoted ? reader.readQuoted() : reader.readUntil(isFreeText ? STOPS_NAME : STOPS_VALUE);
  const isPrefix = reader.accepts("*");
  if (text === "" && !isQuoted && !isPrefix) throw new QueryError("missing value", offset);
  if (isPrefix && !reader.isAtEnd && !/[\s,]/.test(reader.next))
    throw new QueryError("`*` is allowed only at the end; quote a text that contains it", reader.offset - 1);
  return { text, isPrefix, offset };
}
