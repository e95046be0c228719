/** Indents JSON without parsing it: numbers keep their digits, keys their order. Also indents what is left of a truncated text. */

/** In characters. The indentation of deep nesting is many times as long as the text. */
const MAX_LENGTH = 1_000_000;

/** A string, which may have no end; a punctuation mark; or anything else. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"?|[[\]{},:]|[^\s"[\]{},:]+/gs;

/** The text with one value a line; null: it is no object or array, or gets too long. */
export function indentJson(text: string): string | null {
  if (!/^\s*[[{]/.test(text)) return null;
  const parts: string[] = [];
  let [length, depth, last] = [0, 0, ""];
  for (const [token] of text.matchAll(TOKEN)) {
    const isEnd = token === "]" || token === "}";
    const isEmpty = isEnd && (last === "[" || last === "{");
    if (isEnd) depth = Math.max(0, depth - 1);
    const isNewLine = last === "[" || last === "{" || last === "," || isEnd;
    const space = isNewLine && !isEmpty ? `\n${"  ".repeat(depth)}` : last === ":" ? " " : "";
    if (token === "[" || token === "{") depth++;
    length += space.length + token.length;
    if (length > MAX_LENGTH) return null;
    parts.push(space, token);
    last = token;
  }
  return parts.join("");
}
