import { HTTPException } from "hono/http-exception";
import { describeError, isUnavailable, isUnusableValue } from "../db/errors.ts";
import { decodeIngestId } from "../lib/ingest-id.ts";
import { log } from "../lib/log.ts";
import { internalError, Problem } from "../lib/problem.ts";
import { unreadableRequest } from "./invalid-request.ts";

/** Converts errors to problems. Unexpected errors are logged with the request id and not shown. */
export function toProblem(error: unknown, requestId: string, method: string, fullPath: string): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof HTTPException && error.status < 500) return unreadableRequest(error);
  if (isUnusableValue(error)) {
    return new Problem("invalid-request", "A value cannot be stored. Remove NUL characters and out-of-range numbers.");
  }
  // Some sources put their key into the path after the ingest URL: log only the start.
  const [, path = fullPath, ingestId = ""] = /^(\/in\/([^/]*))/.exec(fullPath) ?? [];
  log.error("request failed", {
    requestId,
    integrationId: decodeIngestId(ingestId) ?? undefined,
    method,
    path: path.slice(0, 200),
    error: describeError(error),
  });
  return isUnavailable(error)
    ? new Problem("unavailable", "Postgres does not respond. Try again in 5 seconds.")
    : internalError();
}
