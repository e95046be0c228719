/** The facts of one item, one per line. */
import { type Color, paint } from "./colors.ts";
import type { Output } from "./output.ts";
import { oneLine, pad } from "./terminal-text.ts";
import { ageOf } from "./time.ts";

/** A name and its text; null is not printed. A color paints the whole text. */
export type Fact = readonly [name: string, text: string | null, color?: Color | undefined];

const NAME_WIDTH = 13;

/** Prints facts, with their texts aligned. */
export function printFacts(output: Output, facts: readonly Fact[]): void {
  for (const [name, text, color] of facts) {
    if (text === null) continue;
    const shown = oneLine(text);
    output.line(`${pad(name, NAME_WIDTH)}  ${output.isColored && color ? paint(shown, color) : shown}`);
  }
}

/** An instant in the past with its age: `2026-10-01T12:00:00Z (5m ago)`. @param now Unix ms */
export function sinceThen(instant: string, now: number): string {
  const age = ageOf(instant, now);
  return `${instant} (${age === "now" ? "just now" : `${age} ago`})`;
}
