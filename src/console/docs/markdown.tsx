/** The little of Markdown that descriptions use: paragraphs, `code` and **bold**. */
import type { FC } from "hono/jsx";

/** A line of text. */
export const Inline: FC<{ text: string }> = ({ text }) => (
  <>
    {text
      .split(/(`[^`]+`|\*\*[^*]+\*\*)/)
      .map((part) =>
        part.length > 2 && part.startsWith("`") ? (
          <code>{part.slice(1, -1)}</code>
        ) : part.startsWith("**") ? (
          <strong>{part.slice(2, -2)}</strong>
        ) : (
          part
        ),
      )}
  </>
);

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
