/** Renders the Markdown of provider setup texts: paragraphs, lists, fenced code, `code`, **bold** and https links. */
import type { FC } from "hono/jsx";
import { Copyable } from "./components.tsx";

const Inline: FC<{ text: string }> = ({ text }) => (
  <>
    {text
      .split(/(`[^`]+`|\*\*[^*]+\*\*|\[[^\]]+\]\(https:\/\/[^)\s]+\)|<?https:\/\/[^\s<>)]*[^\s<>).,;:]>?)/)
      .map(inlinePart)}
  </>
);

function inlinePart(part: string) {
  if (part.length > 2 && part.startsWith("`")) return <code>{part.slice(1, -1)}</code>;
  if (part.startsWith("**")) return <strong>{part.slice(2, -2)}</strong>;
  const link = /^\[(.+)\]\((https:.+)\)$/.exec(part);
  if (link) return <a href={link[2]}>{link[1]}</a>;
  const address = /^<?(https:\/\/.*?)>?$/.exec(part)?.[1];
  return address === undefined ? part : <a href={address}>{address}</a>;
}

export const Markdown: FC<{ text: string }> = ({ text }) => (
  <>
    {text
      .split(/^```[^\n]*\n([\s\S]*?)\n```$/m)
      // split() puts the fenced code at the odd positions.
      .map((part, index) => (index % 2 === 1 ? <Copyable text={part} name="code" isBlock /> : <Blocks text={part} />))}
  </>
);

const ITEM = /^\s*(?:\d+\.|-)\s+/;

const Blocks: FC<{ text: string }> = ({ text }) => (
  <>
    {text
      .split(/\n{2,}/)
      .filter((block) => block.trim() !== "")
      .map((block) => {
        const lines = block.trim().split("\n");
        if (!lines.every((line) => ITEM.test(line) || /^\s{2,}/.test(line)) || !ITEM.test(lines[0] ?? "")) {
          return (
            <p>
              <Inline text={block.trim()} />
            </p>
          );
        }
        const items = block
          .trim()
          .split(/\n(?=\s*(?:\d+\.|-)\s)/)
          .map((item) => (
            <li>
              <Inline text={item.replace(ITEM, "").replaceAll(/\n\s*/g, " ")} />
            </li>
          ));
        return /^\s*\d/.test(block) ? <ol>{items}</ol> : <ul>{items}</ul>;
      })}
  </>
);
