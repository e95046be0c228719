import type { FC } from "hono/jsx";
import { indentJson } from "./indent-json.ts";
import { lineDiff } from "./line-diff.ts";

/** A line diff of two values as indented JSON. */
export const Diff: FC<{ before: unknown; after: unknown; beforeName: string; afterName: string }> = ({
  before,
  after,
  beforeName,
  afterName,
}) => {
  const [from, to] = [lines(before), lines(after)];
  const parts = from === null || to === null ? null : lineDiff(from, to);
  if (parts === null) return <p class="muted">Too different to show.</p>;
  if (parts.every(({ added, removed }) => !added && !removed)) return <p class="muted">No difference.</p>;
  return (
    <pre class="diff" tabindex={0} aria-label={`Diff: − ${beforeName}, + ${afterName}`}>
      {parts.map(({ value, added, removed }) => {
        const text = prefixLines(value, added ? "+" : removed ? "−" : " ");
        return added ? <ins>{text}</ins> : removed ? <del>{text}</del> : text;
      })}
    </pre>
  );
};

/** Null: the text would be too long. */
function lines(value: unknown): string | null {
  const text = JSON.stringify(value);
  const indented = typeof value === "object" && value !== null ? indentJson(text) : text;
  return indented === null ? null : `${indented}\n`;
}

const prefixLines = (text: string, mark: string): string =>
  text
    .split("\n")
    .map((line, index, all) => (index === all.length - 1 ? line : `${mark} ${line}`))
    .join("\n");
