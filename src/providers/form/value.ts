/** Values that are more than a text: instants, links, names and keys. */
import { asInstant, asUtcInstant, keyOf } from "../fields.ts";
import { nameOf } from "../generic-fields.ts";
import type { KeyParts, OneOrMore, Source, Sources } from "./form.ts";
import {
  type Compiler,
  compileOne,
  compileTemplate,
  compileText,
  firstOf,
  guarded,
  listOf,
  type Reader,
} from "./source.ts";

/** The first instant, in Unix ms. */
export const compileInstant = (sources: Sources | undefined, compiler: Compiler): Reader<number | null> =>
  firstOf(
    listOf(sources).map((source) => {
      const read = compileOne(source, compiler);
      const isUtc = typeof source === "object" && "at" in source && source.format === "utc";
      return (scope) => {
        const value = read(scope);
        return asInstant(value) ?? (isUtc ? asUtcInstant(value) : null);
      };
    }),
  );

/** The first link. Values in a text are encoded. */
export const compileLink = (sources: Sources | undefined, compiler: Compiler): Reader<string | null> =>
  firstOf(
    listOf(sources).map((source) =>
      typeof source === "object" && "text" in source
        ? guarded(source, compileTemplate(source, compiler, true), compiler)
        : compileText(source, compiler),
    ),
  );

/** The first name: a text, or the name in an object. */
export const compileName = (sources: Sources | undefined, compiler: Compiler): Reader<string | null> =>
  firstOf(
    listOf(sources).map((source) => {
      const read = compileOne(source, compiler);
      const filled = compiler.placeholders?.filledText;
      return (scope) => {
        const name = nameOf(read(scope));
        return filled ? filled(name) : name;
      };
    }),
  );

/** The first key of which no part is missing or contains a placeholder. */
export function compileKey(keys: OneOrMore<Source | KeyParts> | undefined, compiler: Compiler): Reader<string | null> {
  const filledKey = compiler.placeholders?.filledKey ?? keyOf;
  return firstOf(
    listOf(keys).map((key) => {
      const parts = partsOf(key).map((part) => ({
        read: compileText(withoutMark(part), { ...compiler, placeholders: undefined }),
        isOptional: withoutMark(part) !== part,
      }));
      return (scope) => {
        const texts: (string | null)[] = [];
        for (const { read, isOptional } of parts) {
          const text = read(scope);
          if (text === null && !isOptional) return null;
          texts.push(text);
        }
        return filledKey(...texts);
      };
    }),
  );
}

/** The sources of a key's parts. */
export const partsOf = (key: Source | KeyParts): readonly Source[] =>
  typeof key === "object" && "parts" in key ? key.parts : [key];

/** A part of a key without the `?` of optional ones. */
export const withoutMark = (part: Source): Source =>
  typeof part === "string" && part.endsWith("?") ? part.slice(0, -1) : part;
