/**
 * Placeholders of templates that a source did not fill. A provider declares the syntax of its source only, by the names that
 * its templates have: real hosts and services are called `MSSQL$SQLEXPRESS`, `Disk {Backup}` or `disk *important*`.
 */
import { asText, keyOf } from "./fields.ts";

export interface Placeholders {
  /** The first text that is not just a placeholder. */
  filledText(...values: unknown[]): string | null;
  /** Like keyOf, but null if any part contains a placeholder: such a key would join alerts that have nothing in common. */
  filledKey(...parts: unknown[]): string | null;
  /** A note for the operator about placeholders in these values; undefined if there are none. */
  placeholderNote(...values: unknown[]): string | undefined;
}

/** @param syntax matches one placeholder of the source, and nothing that a name may contain */
export function placeholders(syntax: RegExp): Placeholders {
  const isOnly = new RegExp(String.raw`^\s*(?:${syntax.source})\s*$`, syntax.flags);
  const isUnfilled = (value: unknown): boolean => syntax.test(asText(value) ?? "");
  return {
    filledText: (...values) => values.map(asText).find((text) => text !== null && !isOnly.test(text)) ?? null,
    filledKey: (...parts) => (parts.some(isUnfilled) ? null : keyOf(...parts)),
    placeholderNote: (...values) => {
      const left = values.filter(isUnfilled).map(asText);
      if (left.length === 0) return undefined;
      return `the source did not replace some placeholders of its template: ${left.join(", ").slice(0, 200)}`;
    },
  };
}
