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
      .split(/^( *```[^\n]*\n[^]*?\n *```)$/m)
      // split() puts the fenced code at the odd positions.
      .map((part, index) =>
        index % 2 === 1 ? <Copyable text={codeOf(part)} name="code" isBlock /> : <Blocks text={part} />,
      )}
  </>
);

/** The code in a fence, without the indentation of its list item. */
function codeOf(fenced: string): string {
  const indentation = /^ */.exec(fenced)?.[0] ?? "";
  const lines = fenced.split("\n").slice(1, -1);
  return lines.map((line) => (line.startsWith(indentation) ? line.slice(indentation.length) : line)).join("\n");
}

const ITEM = /^\s*(?:\d+\.|-)\s+/;
const ROW = /^\s*\|(.*)\|\s*$/;

const Blocks: FC<{ text: string }> = ({ text }) => (
  <>
    {text
      .split(/\n{2,}/)
      .filter((block) => block.trim() !== "")
      .map((block) => blockOf(block.replace(/^\n+/, "").trimEnd()))}
  </>
);

function blockOf(block: string) {
  const lines = block.split("\n");
  if (lines.every((line) => ROW.test(line))) return <Table rows={lines} />;
  if (!lines.every((line) => ITEM.test(line) || /^\s{2,}/.test(line)) || !ITEM.test(lines[0] ?? "")) {
    return (
      <p>
        <Inline text={block.trim()} />
      </p>
    );
  }
  const items = block.split(/\n(?=\s*(?:\d+\.|-)\s)/).map((item) => (
    <li>
      <Inline text={item.replace(ITEM, "").replaceAll(/\n\s*/g, " ")} />
    </li>
  ));
  const first = /^\s*(\d+)/.exec(block)?.[1];
  return first === undefined ? <ul>{items}</ul> : <ol start={Number(first)}>{items}</ol>;
}

/** @param rows the lines of a table: the head, a line of dashes, and the body */
const Table: FC<{ rows: string[] }> = ({ rows }) => {
  const [head = [], , ...body] = rows.map((row) => (ROW.exec(row)?.[1] ?? "").split("|").map((cell) => cell.trim()));
  return (
    <table>
      <thead>
        <tr>
          {head.map((cell) => (
            <th>
              <Inline text={cell} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {body.map((cells) => (
          <tr>
            {cells.map((cell) => (
              <td>
                <Inline text={cell} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
};
