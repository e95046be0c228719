/** Text as a source may send it: wide characters, control sequences, lone surrogates. */
import { fc } from "@fast-check/vitest";

export const outsideText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("日本語の警告", "👩‍👩‍👧‍👦 family", "\u001B[31mred\u001B[0m", "a\tb\nc\r", "\u202Eabc", "\uD800"),
);
