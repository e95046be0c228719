/** Compares the output on a page with the output of its commands, except values that differ in every run. */
import { isDeepStrictEqual } from "node:util";

/** Values that differ in every run, and their replacements. */
const VOLATILE: readonly (readonly [RegExp, string])[] = [
  [/\u001B\[[\d;]*m/g, ""],
  [/\b[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}\b/g, "<id>"],
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, "<time>"],
  [/\b[\da-f]{32,}\b/g, "<hex>"],
  [/https?:\/\/(127\.0\.0\.1:\d+|localhost:\d+|tocsin\.example\.com)/g, "<service>"],
];

const normalize = (text: string): string =>
  VOLATILE.reduce((normalized, [pattern, word]) => normalized.replaceAll(pattern, word), text);

/**
 * Whether a page shows the printed output. `…` matches anything. Text may be a part of the output. JSON may leave fields out;
 * where several commands printed, it is compared with the last line.
 */
export function isShown(shown: string, printed: string): boolean {
  const value = parsed(normalize(shown));
  const found = parsed(normalize(printed)) ?? parsed(normalize(printed).trimEnd().split("\n").at(-1) ?? "");
  if (value !== undefined && found !== undefined) return isPart(value, found);
  const words = (text: string) => normalize(text).trim().split(/\s+/).join(" ");
  return new RegExp(patternOf(words(shown))).test(words(printed));
}

const patternOf = (shown: string): string =>
  shown
    .split("…")
    .map((piece) => piece.trim().replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
    .join(String.raw`\s*[\s\S]*?\s*`);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isPart(shown: unknown, printed: unknown): boolean {
  if (shown === "…") return true;
  if (typeof shown === "string")
    return typeof printed === "string" && new RegExp(`^${patternOf(shown)}$`).test(printed);
  if (Array.isArray(shown)) {
    const hasMore = shown.at(-1) === "…";
    const items = hasMore ? shown.slice(0, -1) : shown;
    return (
      Array.isArray(printed) &&
      (hasMore || items.length === printed.length) &&
      items.every((item, index) => isPart(item, printed[index]))
    );
  }
  if (typeof shown !== "object" || shown === null) return isDeepStrictEqual(shown, printed);
  if (typeof printed !== "object" || printed === null) return false;
  const fields = printed as Record<string, unknown>;
  return Object.entries(shown).every(([name, value]) => name in fields && isPart(value, fields[name]));
}
