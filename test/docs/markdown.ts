/** Markdown as the checks of the docs read it: its fenced blocks, headings, links and code spans. */
import { readFileSync } from "node:fs";

/** A fenced block. */
export interface Block {
  /** The file, from the root of the project. */
  file: string;
  /** Of the opening fence; the first line of a file is 1. */
  line: number;
  /** The first word behind the fence; empty: none. */
  language: string;
  /** What stands behind the first word. */
  note: string;
  text: string;
  /** How many headings came before it. */
  section: number;
  /** The last of them. */
  heading: string;
  /** The block before it in the same section. */
  previous: Block | null;
}

/** Something that stands on a line. */
export interface Found {
  line: number;
  text: string;
}

export interface Page {
  file: string;
  text: string;
  blocks: Block[];
  /** The anchors of its headings, as GitHub makes them. */
  anchors: Set<string>;
  /** Where links and images lead. */
  links: Found[];
  /** Names that stand for links, `[words][name]`, and those that the page says the link of. */
  names: Found[];
  named: Set<string>;
  /** What stands in backticks. */
  spans: Found[];
  /** What is in no block. */
  prose: Found[];
}

const FENCE = /^(\s*)(`{3,}|~{3,})\s*(\S*)\s*(.*?)\s*$/;

/** Reads a page. A fence that never ends goes on to the end of the page. */
export const readPage = (root: string, file: string): Page => parsePage(file, readFileSync(`${root}/${file}`, "utf8"));

/** Reads a page from its text. */
export function parsePage(file: string, text: string): Page {
  const blocks: Block[] = [];
  const prose: Found[] = [];
  const headings: string[] = [];
  let open: { fence: string; indent: number; block: Block; lines: string[] } | null = null;
  for (const [index, line] of text.split("\n").entries()) {
    const [, indent = "", fence = "", language = "", note = ""] = FENCE.exec(line) ?? [];
    if (open) {
      if (fence.startsWith(open.fence) && language === "") {
        blocks.push({ ...open.block, text: open.lines.join("\n") });
        open = null;
      } else open.lines.push(line.slice(Math.min(open.indent, line.search(/\S|$/))));
    } else if (fence !== "") {
      const section = headings.length;
      const before = blocks.at(-1) ?? null;
      const previous = before?.section === section ? before : null;
      const heading = headings.at(-1) ?? "";
      const block = { file, line: index + 1, language, note, text: "", section, heading, previous };
      open = { fence, indent: indent.length, block, lines: [] };
    } else {
      const [, heading] = /^#{1,6}\s+(.*?)\s*$/.exec(line) ?? [];
      if (heading !== undefined) headings.push(heading);
      prose.push({ line: index + 1, text: line });
    }
  }
  if (open) blocks.push({ ...open.block, text: open.lines.join("\n") });
  return {
    file,
    text,
    blocks,
    prose,
    anchors: anchorsOf(headings),
    links: prose.flatMap(({ line, text: words }) => linksOf(words).map((link) => ({ line, text: link }))),
    names: prose.flatMap(({ line, text: words }) => namesOf(words).map((name) => ({ line, text: name }))),
    named: new Set(prose.flatMap(({ text: words }) => DEFINITION.exec(words)?.[1] ?? [])),
    spans: prose.flatMap(({ line, text: words }) =>
      [...words.matchAll(/`([^`]+)`/g)].map(([, span = ""]) => ({ line, text: span })),
    ),
  };
}

const DEFINITION = /^\[([^\]]+)\]:\s+(\S+)/;

const withoutCode = (line: string): string => line.replaceAll(/`[^`]*`/g, "");

/** Targets of links and images in a line. */
function linksOf(line: string): string[] {
  const links = withoutCode(line).matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g);
  return [...[...links].map(([, target = ""]) => target), ...(DEFINITION.exec(line)?.slice(2) ?? [])];
}

const namesOf = (line: string): string[] =>
  [...withoutCode(line).matchAll(/\]\[([^\]]+)\]/g)].map(([, name = ""]) => name);

/** GitHub's anchors: lower case, punctuation gone, spaces to hyphens, and a number where one comes again. */
function anchorsOf(headings: string[]): Set<string> {
  const anchors = new Set<string>();
  for (const heading of headings) {
    const plain = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
    const slug = plain.replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, "").replaceAll(" ", "-");
    let anchor = slug;
    for (let again = 1; anchors.has(anchor); again++) anchor = `${slug}-${again}`;
    anchors.add(anchor);
  }
  return anchors;
}
