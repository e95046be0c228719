/** Markdown as the docs tests read it. */
import { readFileSync } from "node:fs";

/** A fenced block. */
export interface Block {
  /** Line of the opening fence; the first line of a file is 1. */
  line: number;
  /** First word after the fence; may be empty. */
  language: string;
  /** The rest of the line after the fence. */
  note: string;
  text: string;
  /** The heading above. */
  heading: string;
  /** The block before it under the same heading. */
  previous: Block | null;
}

export interface Found {
  line: number;
  text: string;
}

export interface Page {
  /** Relative to the root of the project. */
  file: string;
  blocks: Block[];
  /** Anchors of the headings, as GitHub makes them. */
  anchors: Set<string>;
  /** Targets of links and images. */
  links: Found[];
  /** Text in backticks. */
  spans: Found[];
  /** Lines outside of blocks. */
  prose: Found[];
}

const FENCE = /^(\s*)(`{3,}|~{3,})\s*(\S*)\s*(.*?)\s*$/;

export const readPage = (root: string, file: string): Page => parsePage(file, readFileSync(`${root}/${file}`, "utf8"));

export function parsePage(file: string, text: string): Page {
  const blocks: Block[] = [];
  const prose: Found[] = [];
  const headings: string[] = [];
  let open: { fence: string; indent: number; block: Block; lines: string[] } | null = null;
  for (const [index, line] of text.split("\n").entries()) {
    const [, indent = "", fence = "", language = "", note = ""] = FENCE.exec(line) ?? [];
    if (open && fence.startsWith(open.fence) && language === "") {
      blocks.push({ ...open.block, text: open.lines.join("\n") });
      open = null;
    } else if (open) {
      open.lines.push(line.slice(Math.min(open.indent, line.search(/\S|$/))));
    } else if (fence === "") {
      const [, heading] = /^#{1,6}\s+(.*?)\s*$/.exec(line) ?? [];
      if (heading !== undefined) headings.push(heading);
      prose.push({ line: index + 1, text: line });
    } else {
      const heading = headings.at(-1) ?? "";
      const before = blocks.at(-1);
      const previous = before?.heading === heading ? before : null;
      const block = { line: index + 1, language, note, text: "", heading, previous };
      open = { fence, indent: indent.length, block, lines: [] };
    }
  }
  const find = (pattern: RegExp, clean = (words: string) => words) =>
    prose.flatMap(({ line, text: words }) =>
      [...clean(words).matchAll(pattern)].map(([, found = ""]) => ({ line, text: found })),
    );
  const withoutCode = (words: string) => words.replaceAll(/`[^`]*`/g, "");
  return {
    file,
    blocks,
    prose,
    anchors: anchorsOf(headings),
    links: [
      ...find(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g, withoutCode),
      ...find(/^\[[^\]]+\]:\s+(\S+)/g, withoutCode),
    ],
    spans: find(/`([^`]+)`/g),
  };
}

/** GitHub's anchors: lower case, no punctuation, hyphens for spaces, and a number where one repeats. */
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
