/** Lines of CSV (RFC 4180). Pure. */

/**
 * Writes a line.
 * @param values objects and lists become JSON; null is empty. A text that a spreadsheet would take for a formula gets a `'` in front, as
 * OWASP advises: https://owasp.org/www-community/attacks/CSV_Injection
 */
export const csvLine = (values: readonly unknown[]): string => `${values.map(cell).join(",")}\r\n`;

function cell(value: unknown): string {
  const text = textOf(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return withoutFormula(value);
  return JSON.stringify(value);
}

const withoutFormula = (text: string): string => (/^[=+\-@＝＋－＠\t\r\n]/.test(text) ? `'${text}` : text);
