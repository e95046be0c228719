import { NeonDbError } from "@neondatabase/serverless";

/**
 * The Postgres error behind whatever Drizzle threw: `db.batch` throws the driver's error itself, other queries wrap it
 * in a DrizzleQueryError, whose message would carry the parameters.
 */
function neonError(error: unknown): NeonDbError | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) if (cause instanceof NeonDbError) return cause;
  return null;
}

/** SQLSTATE classes that say: these data, not this database. https://www.postgresql.org/docs/current/errcodes-appendix.html */
const DATA_FAULT_CLASSES = new Set([
  "21", // cardinality violation
  "22", // data exception
  "23", // integrity constraint violation
  "54", // program limit exceeded
]);

/**
 * Whether Postgres refused the data themselves, so that sending them again is useless. Everything else (no answer, no
 * connection, read-only, out of memory, tables not migrated yet) may pass, and the batch must wait for it.
 */
export function isDataFault(error: unknown): boolean {
  const code = neonError(error)?.code;
  return code !== undefined && DATA_FAULT_CLASSES.has(code.slice(0, 2));
}

/** Whether the error came from the database or from the way to it. */
export const isDatabaseError = (error: unknown): boolean => neonError(error) !== null;

/** Whether the database could not answer, rather than answered that the query is wrong. */
export function isUnavailable(error: unknown): boolean {
  const cause = neonError(error);
  return cause !== null && !isDataFault(cause) && cause.code?.startsWith("42") !== true;
}

/** Whether Postgres cannot take a value at all (SQLSTATE class 22): a NUL in a text, an instant beyond its calendar. */
export const isUnusableValue = (error: unknown): boolean => neonError(error)?.code?.startsWith("22") === true;

/** Whether a row was refused because what it refers to does not exist (SQLSTATE 23503). */
export const isForeignKeyFault = (error: unknown): boolean => neonError(error)?.code === "23503";

/** Whether a row was refused because there is one like it already (SQLSTATE 23505). */
export const isUniqueFault = (error: unknown): boolean => neonError(error)?.code === "23505";

/** What may be logged and shown of an error: SQLSTATE and Postgres's message, never the parameters. */
export function safeMessage(error: unknown): string {
  const cause = neonError(error);
  if (cause) return `${cause.code ? `${cause.code} ` : ""}${cause.message}`.slice(0, 500);
  return error instanceof Error ? error.name : "unknown error";
}

/**
 * What may be logged of a fault of ours: what Postgres said, or the kind of error and where it came from. Other messages may
 * carry what was worked on.
 */
export function loggable(error: unknown): string {
  if (isDatabaseError(error) || !(error instanceof Error)) return safeMessage(error);
  return `${error.name}: ${error.stack?.split("\n").slice(1, 4).join(" ") ?? ""}`;
}
