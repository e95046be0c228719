import type { FC } from "hono/jsx";
import { exact } from "./time.tsx";

const INSTANT = /(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z)/;

/** Why something became what it is, as it was recorded; its instants as people read them. */
export const Reason: FC<{ text: string }> = ({ text }) => (
  <>
    {(text.charAt(0).toUpperCase() + text.slice(1)).split(INSTANT).map((part, place) =>
      place % 2 === 0 ? (
        part
      ) : (
        <time datetime={part} title={exact(part)}>
          {part.slice(11, 16)} UTC
        </time>
      ),
    )}
  </>
);
