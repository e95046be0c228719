/** Lines of CSV (RFC 4180), safe to open in a spreadsheet. Pure. */

/**
 * Writes a line.
 * @param values objects and lists become JSON; null is empty. A formula in a text gets a `'` in front, as OWASP advises:
 * https://owasp.org/www-community/attacks/CSV_Injection. This includes formulas after a semicolon, tab or line break, where some
 * spreadsheets begin a cell. In JSON, the first character of the formula is escaped
 */
export const csvLine = (values: readonly unknown[]): string => `${values.map(cell).join(",")}\r\n`;

function cell(value: unknown): string {
  const text = textOf(value);
  return /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value.replaceAll(FORMULA, "'");
  return JSON.stringify(value).replaceAll(FORMULA_IN_JSON, escape);
}

/**
 * The place before a formula, and the start of a text that begins with white space that spreadsheets skip. It looks behind only from the
 * first character of a formula: from every quote, a text of quotes would take quadratic time.
 */
const FORMULA = /^(?=[=+\-@＝＋－＠\t\r\n])|(?=[=+\-@＝＋－＠])(?<=[;\t\r\n]"*)/g;

/** In JSON, tabs and line breaks are escaped. */
const FORMULA_IN_JSON = /(?<=;)[=+\-@＝＋－＠]/g;

const escape = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
