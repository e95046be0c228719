/** Sources and conditions of a form, compiled into readers. */
import { asNumber, asText, urlPart } from "../fields.ts";
import type { Placeholders } from "../placeholders.ts";
import type {
  Condition,
  Guard,
  JoinSource,
  OneOrMore,
  Scope,
  Source,
  Sources,
  TextCondition,
  TextSource,
  ValueSource,
  Words,
} from "./form.ts";
import { FormError, parsePath } from "./path.ts";

/** Reads a value in a scope. Throws nothing, whatever the body. */
export type Reader<Value> = (scope: Scope) => Value;

/** Characters that are added to a text for one step of a mapping's budget. */
const CHARACTERS_PER_STEP = 32;

/** How the parts of a form are compiled. */
export interface Compiler {
  path(path: string): Reader<unknown>;
  /** Undefined: a text is taken as it is. */
  placeholders: Placeholders | undefined;
}

/** A list of one or more values as a list. */
export const listOf = <Value>(values: OneOrMore<Value> | undefined): readonly Value[] =>
  values === undefined ? [] : ((Array.isArray(values) ? values : [values]) as readonly Value[]);

/** The words of a list, or of a text with spaces. */
export const wordsOf = (words: Words): readonly string[] =>
  typeof words === "string" ? words.split(/\s+/).filter((word) => word !== "") : words;

/** The text of each word, in lower case. A Map, because a word may be `constructor`. */
export const wordTable = (words: Readonly<Record<string, Words | undefined>>): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(words).flatMap(([text, each]) =>
      wordsOf(each ?? []).map((word): [string, string] => [word.toLowerCase(), text]),
    ),
  );

/** The first result of some readers that is not null. */
export function firstOf<Value>(readers: readonly Reader<Value | null>[]): Reader<Value | null> {
  const [first, ...others] = readers;
  if (!first) return () => null;
  if (others.length === 0) return first;
  return (scope) => {
    for (const read of readers) {
      const found = read(scope);
      if (found !== null) return found;
    }
    return null;
  };
}

/** The first text of some sources (see asText) that is no unreplaced placeholder. Null: none. */
export const compileText = (sources: Sources | undefined, compiler: Compiler): Reader<string | null> =>
  firstOf(listOf(sources).map((source) => compileOneText(source, compiler)));

/** The first value that is neither missing, null nor an empty text. */
export function compileValue(sources: Sources, compiler: Compiler): Reader<unknown> {
  const readers = listOf(sources).map((source) => compileOne(source, compiler));
  return (scope) => {
    for (const read of readers) {
      const value = read(scope);
      if (value !== undefined && value !== null && value !== "") return value;
    }
    return undefined;
  };
}

function compileOneText(source: Source, compiler: Compiler): Reader<string | null> {
  const read = compileOne(source, compiler);
  const toText = compiler.placeholders?.filledText ?? asText;
  return (scope) => toText(read(scope));
}

/** The value of one source; undefined or null: none. */
export function compileOne(source: Source, compiler: Compiler): Reader<unknown> {
  if (typeof source === "string") return compiler.path(source);
  if (typeof source === "function") return (scope) => source(scope.event, scope);
  return guarded(source, compileUnguarded(source, compiler), compiler);
}

function compileUnguarded(source: TextSource | JoinSource | ValueSource, compiler: Compiler): Reader<unknown> {
  if ("text" in source) return compileTemplate(source, compiler, false);
  if ("join" in source) return compileJoin(source, compiler);
  return source.words ? compileWords(source.at, source.words, compiler) : compileValue(source.at, compiler);
}

function compileJoin(source: JoinSource, compiler: Compiler): Reader<string> {
  const parts = source.join.map((part) => compileOne(part, compiler));
  const toText = compiler.placeholders?.filledText ?? asText;
  const between = source.with ?? "\n\n";
  return (scope) => {
    const texts = parts.flatMap((read) => read(scope)).flatMap((part) => toText(part) ?? []);
    scope.pay?.(texts.reduce((size, text) => size + text.length + between.length, 0) / CHARACTERS_PER_STEP);
    return texts.join(between);
  };
}

/** A reader that finds nothing unless the conditions of its source hold. */
export function guarded<Value>({ on, when }: Guard, read: Reader<Value>, compiler: Compiler): Reader<Value | null> {
  const test = when === undefined ? null : compileCondition(when, compiler);
  const actions = on === undefined ? null : new Set(listOf(on));
  if (test === null && actions === null) return read;
  return (scope) => {
    if (actions !== null && (scope.action === null || !actions.has(scope.action))) return null;
    return test === null || test(scope) ? read(scope) : null;
  };
}

function compileWords(at: Sources, words: Readonly<Record<string, Words>>, compiler: Compiler): Reader<unknown> {
  const word = compileText(at, compiler);
  const table = wordTable(words);
  return (scope) => table.get((word(scope) ?? "").toLowerCase());
}

/**
 * `Status code {status}`: a text, a path, a text …
 * @throws FormError for braces without a path
 */
export function parseTemplate(text: string): string[] {
  const pieces = text.split(/\{([^{}]*)\}/);
  if (pieces.some((piece, at) => at % 2 === 0 && /[{}]/.test(piece))) {
    throw new FormError(`invalid text \`${text.slice(0, 100)}\`; write paths in braces, such as {a.b}`);
  }
  for (const [at, piece] of pieces.entries()) if (at % 2 === 1) parsePath(piece);
  return pieces;
}

/** @param isLink encodes the values, except one at the start */
export function compileTemplate({ text }: TextSource, compiler: Compiler, isLink: boolean): Reader<string | null> {
  const pieces = parseTemplate(text);
  const readers = pieces.map((piece, at) => (at % 2 === 0 ? piece : compileOneText(piece, compiler)));
  return (scope) => {
    let result = "";
    for (const [at, reader] of readers.entries()) {
      const value = typeof reader === "string" ? reader : reader(scope);
      if (value === null) return null;
      scope.pay?.(value.length / CHARACTERS_PER_STEP);
      if (typeof reader === "string" || !isLink) result += value;
      else result += at === 1 && result === "" ? value.replace(/\/+$/, "") : urlPart(value);
    }
    return result;
  };
}

/** Compiles a condition into a test of a scope. */
export function compileCondition(condition: Condition, compiler: Compiler): Reader<boolean> {
  if (typeof condition === "function") return (scope) => condition(scope.event, scope);
  if (typeof condition === "string") return every(wordsOf(condition).map((test) => compileTest(test, compiler)));
  if ("not" in condition) {
    const inner = compileCondition(condition.not, compiler);
    return (scope) => !inner(scope);
  }
  if ("all" in condition) return every(condition.all.map((each) => compileCondition(each, compiler)));
  if ("any" in condition) {
    const tests = condition.any.map((each) => compileCondition(each, compiler));
    return (scope) => tests.some((test) => test(scope));
  }
  const { at, ...tests } = condition;
  if (Object.values(tests).every((test) => test === undefined)) return compilePresence(at, compiler);
  const text = compileText(at, { ...compiler, placeholders: undefined });
  const accepts = textTest(tests);
  return (scope) => {
    const found = text(scope);
    return found !== null && accepts(found.toLowerCase());
  };
}

/** Whether one of some sources has a text, an object or a list. */
function compilePresence(sources: Sources, compiler: Compiler): Reader<boolean> {
  const readers = listOf(sources).map((source) => compileOne(source, compiler));
  return (scope) =>
    readers.some((read) => {
      const value = read(scope);
      return (typeof value === "object" && value !== null) || asText(value) !== null;
    });
}

/**
 * A test without spaces: `path`, or `path=word`.
 * @throws FormError for a test without a path or a word, such as `==`
 */
function compileTest(test: string, compiler: Compiler): Reader<boolean> {
  const [path = "", word] = test.split(/=(.*)/s);
  if (path === "" || word === "" || word?.startsWith("="))
    throw new FormError(
      `invalid test \`${test.slice(0, 100)}\`; write \`a.b\` or \`a.b=word\`, without spaces around \`=\``,
    );
  if (word !== undefined) return compileCondition({ at: path, is: [word] }, compiler);
  const read = compiler.path(path);
  return (scope) => read(scope) !== undefined;
}

/** Tests a text in lower case. */
function textTest({ is, startsWith, contains, above }: Omit<TextCondition, "at">): (text: string) => boolean {
  const words = is === undefined ? null : new Set(wordsOf(is).map((word) => word.toLowerCase()));
  const start = startsWith?.toLowerCase() ?? "";
  const parts = listOf(contains ?? "").map((part) => part.toLowerCase());
  return (text) =>
    (words?.has(text) ?? true) &&
    text.startsWith(start) &&
    parts.some((part) => text.includes(part)) &&
    (above === undefined || (asNumber(text) ?? Number.NEGATIVE_INFINITY) > above);
}

const every =
  (tests: readonly Reader<boolean>[]): Reader<boolean> =>
  (scope) =>
    tests.every((test) => test(scope));
