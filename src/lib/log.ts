/**
 * What is logged: one JSON object a line, which Workers Logs indexes by its fields. A line carries ids and words of our own,
 * never what somebody sent.
 */

type Level = "info" | "warn" | "error";

/** What a line says beside its message. Known ids always go under these names. */
export interface LogFields {
  requestId?: string | undefined;
  deliveryId?: string | undefined;
  integrationId?: string | undefined;
  /** From `describeError` (src/db/errors.ts): the message of an error may hold what was sent. */
  error?: string | undefined;
  [field: string]: string | number | boolean | null | undefined;
}

/** A line as it is written: JSON without line breaks. Fields that are undefined are left out. */
export const logLine = (level: Level, message: string, fields: LogFields): string =>
  JSON.stringify({ level, message, ...fields });

/** Writes lines at the platform's own levels. */
export const log = {
  info: (message: string, fields: LogFields = {}): void => console.info(logLine("info", message, fields)),
  warn: (message: string, fields: LogFields = {}): void => console.warn(logLine("warn", message, fields)),
  error: (message: string, fields: LogFields = {}): void => console.error(logLine("error", message, fields)),
};
