/** Text from outside, made safe for a terminal, measured and cut. */
import { stripVTControlCharacters } from "node:util";
import stringWidth from "string-width";

const CONTROLS = /[\u0000-\u001F\u007F-\u009F\u2028\u2029]+/g;
/** Marks that change the direction of the text after them. */
const DIRECTIONS = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;

/** Removes characters that move the cursor, break the line or change its direction. */
export const oneLine = (text: string): string =>
  stripVTControlCharacters(text).replaceAll(CONTROLS, " ").replaceAll(DIRECTIONS, "").toWellFormed();

/** The same as `oneLine` for each line of a text. */
export const eachLine = (text: string): string =>
  text
    .split(/\r\n|\r|\n/)
    .map(oneLine)
    .join("\n");

/** The cells of a terminal that a text occupies. */
export const widthOf = (text: string): number => stringWidth(text);

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Cuts a text to a width in cells, with an ellipsis at the end. */
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

/** Pads a text with blanks to a width in cells. */
export function pad(text: string, width: number, isRight = false): string {
  const blanks = " ".repeat(Math.max(0, width - widthOf(text)));
  return isRight ? blanks + text : text + blanks;
}
