import { NeonDbError } from "@neondatabase/serverless";

/**
 * The driver's error behind an error that Drizzle threw. `db.batch` throws the driver's error itself; other queries wrap it in
 * a DrizzleQueryError, whose message contains the parameters.
 */
function neonError(error: unknown): NeonDbError | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) if (cause instanceof NeonDbError) return cause;
  return null;
}

/** SQLSTATE classes of errors in the data. https://www.postgresql.org/docs/current/errcodes-appendix.html */
const DATA_ERROR_CLASSES = new Set([
  "21", // cardinality violation
  "22", // data exception
  "23", // integrity constraint violation
  "54", // program limit exceeded
]);

/**
 * Whether Postgres rejected the data, so that a retry is useless. Every other error may pass, so the batch must be retried: no
 * connection, a full disk or quota, read-only, a missing migration, a row that is referenced but not there yet.
 */
export const isDataError = (error: unknown): boolean => isOfDataClass(error) && !isForeignKeyError(error);

const isOfDataClass = (error: unknown): boolean => DATA_ERROR_CLASSES.has(neonError(error)?.code?.slice(0, 2) ?? "");

/** Whether the error came from the database or from the connection to it. */
export const isDatabaseError = (error: unknown): boolean => neonError(error) !== null;

/** Whether the database is unavailable; false for an invalid query or invalid data. */
export function isUnavailable(error: unknown): boolean {
  const cause = neonError(error);
  return cause !== null && !isOfDataClass(cause) && cause.code?.startsWith("42") !== true;
}

/** Whether Postgres cannot represent a value (SQLSTATE class 22): a NUL in a text, a date out of range. */
export const isUnusableValue = (error: unknown): boolean => neonError(error)?.code?.startsWith("22") === true;

/** Whether a foreign key was violated: the referenced row does not exist. */
export const isForeignKeyError = (error: unknown): boolean => neonError(error)?.code === "23503";

/** Whether a unique constraint was violated: the row exists already. */
export const isUniqueError = (error: unknown): boolean => neonError(error)?.code === "23505";

/**
 * Describes an error for the log without the data of a request. Database messages are safe; of other errors, whose
 * messages may contain data, it returns the name and the first stack frames.
 */
export function describeError(error: unknown): string {
  // Here the message of Postgres contains the value.
  if (isUnusableValue(error)) return neonError(error)?.code ?? "";
  if (isDatabaseError(error)) return safeMessage(error);
  if (!(error instanceof Error)) return "unknown error";
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return [error.name, ...frames.slice(0, 3).map((frame) => frame.trim())].join(" ");
}

/** Describes a database error without the parameters: SQLSTATE and the message of Postgres. */
export function safeMessage(error: unknown): string {
  const cause = neonError(error);
  if (cause) return `${cause.code ? `${cause.code} ` : ""}${cause.message}`.slice(0, 500);
  return error instanceof Error ? error.name : "unknown error";
}
