/** Reads the text of an HTML part, in a time that grows with its length: whoever knows the address of an integration writes the part. */

/** Elements whose content nobody sees. */
const HIDDEN = /^(?:style|script|title)\b/i;

const LINE_END = /^(?:br|\/(?:p|div|tr|li|h\d|table|pre|blockquote))\b/i;

const CELL_END = /^\/t[dh]\b/i;

/** Characters of the longest name above. */
const MAX_NAME = 16;

const ENTITIES: ReadonlyMap<string, string> = new Map(
  Object.entries({ amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " " }),
);

/** The text, with a line for each block. */
export const textOfHtml = (html: string): string =>
  withoutMarkup(html.replaceAll(/\s+/g, " "))
    .replaceAll(
      /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{1,10}));/gi,
      (entity, decimal?: string, hex?: string, name?: string) => {
        if (name !== undefined) return ENTITIES.get(name.toLowerCase()) ?? entity;
        const code = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal);
        return code <= 0x10_ff_ff ? String.fromCodePoint(code) : entity;
      },
    )
    .replaceAll(/[ \t]+/g, " ")
    .replaceAll(/ ?\n ?/g, "\n")
    .replaceAll(/\n{3,}/g, "\n\n");

function withoutMarkup(html: string): string {
  let text = "";
  for (let at = 0; at < html.length;) {
    const start = html.indexOf("<", at);
    if (start === -1) return text + html.slice(at);
    const markup = readMarkup(html, start);
    text += html.slice(at, start) + markup.text;
    at = markup.end;
  }
  return text;
}

/** The markup at a `<`: the text in its place, and the offset of its end. What is never closed reaches to the end, as in browsers. */
function readMarkup(html: string, start: number): { text: string; end: number } {
  const endOf = (closing: string, from: number): number => {
    const at = html.indexOf(closing, from);
    return at === -1 ? html.length : at + closing.length;
  };
  if (html.startsWith("<!--", start)) return { text: "", end: endOf("-->", start + 4) };
  const name = html.slice(start + 1, start + 1 + MAX_NAME);
  if (!/^[a-z/!?]/i.test(name)) return { text: "<", end: start + 1 };
  const [hidden] = HIDDEN.exec(name) ?? [];
  if (hidden !== undefined) {
    const closing = new RegExp(`</${hidden}\\b`, "gi");
    closing.lastIndex = start;
    return { text: "", end: closing.test(html) ? endOf(">", closing.lastIndex) : html.length };
  }
  const text = LINE_END.test(name) ? "\n" : CELL_END.test(name) ? " " : "";
  return { text, end: endOf(">", start) };
}
