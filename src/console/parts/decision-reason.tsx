import type { FC } from "hono/jsx";
import { capitalize } from "../../lib/text.ts";
import { ClockTime } from "./time.tsx";

const INSTANT = /(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z)/;

/** The recorded reason of a decision. Instants are shortened to the minute; the full instant is in the tooltip. */
export const DecisionReason: FC<{ text: string }> = ({ text }) => (
  <>
    {capitalize(text)
      .split(INSTANT)
      .map((part, index) =>
        // split() puts the captured instants at the odd positions.
        index % 2 === 0 ? part : <ClockTime at={part} />,
      )}
  </>
);
