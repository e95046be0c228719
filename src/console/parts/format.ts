/** Texts for values: counts, sizes and the constants of the API. */

import { formatNumber } from "../../lib/text.ts";

/** A size in B, kB or MB. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** A count with its noun: `1 alert`, `147 alerts`. @param nouns the noun in the plural, if it is irregular */
export const plural = (count: number, noun: string, nouns = `${noun}s`): string =>
  `${formatNumber(count)} ${count === 1 ? noun : nouns}`;

/** A constant of the API as a label: `IN_PROGRESS` becomes `In progress`. */
export const sentenceCase = (constant: string): string =>
  constant.charAt(0) + constant.slice(1).toLowerCase().replaceAll("_", " ");

/** Options of a form for constants of the API. */
export const enumOptions = (constants: readonly string[]) =>
  constants.map((constant) => [constant, sentenceCase(constant)] as const);
