/** Whether what a command printed is what the docs show: what differs from run to run aside. */

/** What is another one every time, and what stands for it. */
const VOLATILE: readonly (readonly [RegExp, string])[] = [
  [/\u001B\[[\d;]*m/g, ""],
  [/\b[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}\b/g, "<id>"],
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, "<time>"],
  [/\b[\da-f]{32,}\b/g, "<hex>"],
  [/https?:\/\/(127\.0\.0\.1:\d+|localhost:\d+|tocsin\.example\.com)/g, "<service>"],
];

const settle = (text: string): string =>
  VOLATILE.reduce((settled, [pattern, word]) => settled.replaceAll(pattern, word), text);

/**
 * What is wrong with the output that a page shows; null: nothing.
 * Text is looked for anywhere in the output, however its words are spaced; `…` stands for anything. JSON is compared by
 * value (where commands printed several things, their last line): fields that are not shown may be there, `…` in a string stands for anything, and as the last item of a list for more.
 */
export function differs(shown: string, printed: string): string | null {
  const value = parsed(settle(shown));
  const found = parsed(settle(printed)) ?? parsed(settle(printed).trimEnd().split("\n").at(-1) ?? "");
  if (value !== undefined && found !== undefined) return differsInValue(value, found, "");
  const words = (text: string) => settle(text).trim().split(/\s+/).join(" ");
  const pattern = words(shown)
    .split("…")
    .map((piece) => literally(piece.trim()))
    .join("\\s*[\\s\\S]*?\\s*");
  return new RegExp(pattern).test(words(printed)) ? null : "the output is another one";
}

const literally = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function differsInValue(shown: unknown, printed: unknown, pointer: string): string | null {
  const at = pointer || "the whole";
  if (typeof shown === "string") {
    return typeof printed === "string" && differsInText(shown, printed)
      ? `${at}: ${JSON.stringify(printed)} is not ${JSON.stringify(shown)}`
      : typeof printed === "string" || shown === "…"
        ? null
        : `${at} is no text`;
  }
  if (Array.isArray(shown)) {
    if (!Array.isArray(printed)) return `${at} is no list`;
    const hasMore = shown.at(-1) === "…";
    const items = hasMore ? shown.slice(0, -1) : shown;
    if (!hasMore && items.length !== printed.length) return `${at} has ${printed.length} items, not ${items.length}`;
    return first(items.map((item, index) => differsInValue(item, printed[index], `${pointer}/${index}`)));
  }
  if (typeof shown === "object" && shown !== null) {
    if (typeof printed !== "object" || printed === null) return `${at} is no object`;
    const fields = new Map<string, unknown>(Object.entries(printed));
    return first(
      Object.entries(shown).map(([name, value]) =>
        fields.has(name) ? differsInValue(value, fields.get(name), `${pointer}/${name}`) : `${at} has no ${name}`,
      ),
    );
  }
  return shown === printed ? null : `${at} is ${JSON.stringify(printed)}, not ${JSON.stringify(shown)}`;
}

const differsInText = (shown: string, printed: string): boolean =>
  !new RegExp(
    `^${shown
      .split("…")
      .map((piece) => literally(piece))
      .join("[\\s\\S]*")}$`,
  ).test(printed);

const first = (problems: (string | null)[]): string | null => problems.find((problem) => problem !== null) ?? null;
