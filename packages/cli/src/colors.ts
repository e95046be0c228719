/** Colors of the terminal (SGR, ECMA-48 §8.3.117). */
const CODES = { red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, cyan: 36, gray: 90, bold: 1 } as const;

export type Color = keyof typeof CODES;

export const paint = (text: string, color: Color): string => `\u001B[${CODES[color]}m${text}\u001B[0m`;

/** Whether to print colors. https://no-color.org */
export const hasColors = (isTerminal: boolean, env: NodeJS.ProcessEnv, isColorless: boolean): boolean =>
  isTerminal && !isColorless && !env.NO_COLOR && env.TERM !== "dumb";

/** The colors of severities, statuses, states and outcomes. */
export const WORD_COLORS: ReadonlyMap<string, Color> = new Map([
  ["CRITICAL", "red"],
  ["HIGH", "magenta"],
  ["MEDIUM", "yellow"],
  ["LOW", "blue"],
  ["INFO", "cyan"],
  ["OPEN", "red"],
  ["ACKNOWLEDGED", "yellow"],
  ["RESOLVED", "green"],
  ["CLOSED", "gray"],
  ["ACCEPTED", "green"],
  ["DUPLICATE", "gray"],
  ["REJECTED", "red"],
  ["pending", "yellow"],
  ["active", "green"],
  ["expired", "gray"],
  ["delivered", "green"],
  ["failed", "red"],
  ["skipped", "gray"],
]);
