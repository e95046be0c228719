/**
 * Logs one JSON object per line; Workers Logs indexes its fields. A line contains ids and fixed words, never data of a
 * request.
 */

type Level = "info" | "warn" | "error";

/** The fields of a line besides its message. Ids always have these names. */
export interface LogFields {
  requestId?: string | undefined;
  deliveryId?: string | undefined;
  integrationId?: string | undefined;
  /** From `describeError` (src/db/errors.ts), because the message of an error may contain data of a request. */
  error?: string | undefined;
  [field: string]: string | number | boolean | null | undefined;
}

/** A line: JSON without line breaks. Undefined fields are omitted. */
export const logLine = (level: Level, message: string, fields: LogFields): string =>
  JSON.stringify({ level, message, ...fields });

/** Writes lines at the platform's levels. */
export const log = {
  info: (message: string, fields: LogFields = {}): void => console.info(logLine("info", message, fields)),
  warn: (message: string, fields: LogFields = {}): void => console.warn(logLine("warn", message, fields)),
  error: (message: string, fields: LogFields = {}): void => console.error(logLine("error", message, fields)),
};
