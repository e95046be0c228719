import { diffLines } from "diff";
import type { FC } from "hono/jsx";

/** What differs between two values, line by line of their JSON. */
export const Diff: FC<{ before: unknown; after: unknown; beforeName: string; afterName: string }> = ({
  before,
  after,
  beforeName,
  afterName,
}) => {
  const parts = diffLines(lines(before), lines(after));
  if (parts.every(({ added, removed }) => !added && !removed)) return <p class="muted">No difference.</p>;
  return (
    <pre class="diff" tabindex={0} aria-label={`Differences: − ${beforeName}, + ${afterName}`}>
      {parts.map(({ value, added, removed }) => {
        const text = marked(value, added ? "+" : removed ? "−" : " ");
        return added ? <ins>{text}</ins> : removed ? <del>{text}</del> : text;
      })}
    </pre>
  );
};

const lines = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

const marked = (text: string, mark: string): string =>
  text
    .split("\n")
    .map((line, place, all) => (place === all.length - 1 ? line : `${mark} ${line}`))
    .join("\n");
