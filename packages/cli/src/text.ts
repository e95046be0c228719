/** Text of strangers on a terminal: made harmless, measured and cut; pure. */
import { stripVTControlCharacters } from "node:util";
import stringWidth from "string-width";

const CONTROLS = /[\u0000-\u001F\u007F-\u009F\u2028\u2029]+/g;
/** Marks that turn the direction of what follows. */
const DIRECTIONS = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;

/** A text on one line that no terminal takes for a command: what moves cursors, breaks lines or turns directions is gone. */
export const oneLine = (text: string): string =>
  stripVTControlCharacters(text).replaceAll(CONTROLS, " ").replaceAll(DIRECTIONS, "").toWellFormed();

/** The same with its lines kept. */
export const lines = (text: string): string =>
  text
    .split(/\r\n|\r|\n/)
    .map(oneLine)
    .join("\n");

/** How many cells of a terminal a text takes. */
export const widthOf = (text: string): number => stringWidth(text);

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** A text that takes no more cells than that, with an ellipsis where it was cut. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  if (width <= 0) return "";
  let kept = "";
  let taken = 1;
  for (const { segment } of graphemes.segment(text)) {
    taken += widthOf(segment);
    if (taken > width) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** A text with blanks behind it (or before it) up to a width. */
export function pad(text: string, width: number, isRight = false): string {
  const blanks = " ".repeat(Math.max(0, width - widthOf(text)));
  return isRight ? blanks + text : text + blanks;
}
