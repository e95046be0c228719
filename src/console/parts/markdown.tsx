/** The little of Markdown that our own texts use: paragraphs, lists, fenced code, `code`, **bold** and links. */
import type { FC } from "hono/jsx";
import { Copyable } from "./pieces.tsx";

/** A line of text. */
export const Inline: FC<{ text: string }> = ({ text }) => (
  <>
    {text
      .split(/(`[^`]+`|\*\*[^*]+\*\*|\[[^\]]+\]\(https:\/\/[^)\s]+\)|<?https:\/\/[^\s<>)]*[^\s<>).,;:]>?)/)
      .map(piece)}
  </>
);

function piece(part: string) {
  if (part.length > 2 && part.startsWith("`")) return <code>{part.slice(1, -1)}</code>;
  if (part.startsWith("**")) return <strong>{part.slice(2, -2)}</strong>;
  const link = /^\[(.+)\]\((https:.+)\)$/.exec(part);
  if (link) return <a href={link[2]}>{link[1]}</a>;
  const address = /^<?(https:\/\/.*?)>?$/.exec(part)?.[1];
  return address === undefined ? part : <a href={address}>{address}</a>;
}

/** Paragraphs, parted by blank lines. */
export const Paragraphs: FC<{ text: string }> = ({ text }) => (
  <>
    {text.split(/\n{2,}/).map((paragraph) => (
      <p>
        <Inline text={paragraph} />
      </p>
    ))}
  </>
);

/** A whole text. */
export const Markdown: FC<{ text: string }> = ({ text }) => (
  <>
    {text
      .split(/^```[^\n]*\n([\s\S]*?)\n```$/m)
      // What stands between fences comes at every second place.
      .map((part, place) =>
        place % 2 === 1 ? <Copyable text={part} name="these lines" isBlock /> : <Blocks text={part} />,
      )}
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
