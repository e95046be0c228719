/** Problems of requests that do not match the schema of their operation. */
import type { z } from "@hono/zod-openapi";
import type { HTTPException } from "hono/http-exception";
import { toPointer } from "../lib/json-pointer.ts";
import { type FieldError, Problem } from "../lib/problem.ts";

/** A request with more errors needs another look anyway. */
const MAX_ERRORS = 100;

/** The result of a schema. */
type Result = { success: true } | { success: false; error: { issues: z.core.$ZodIssue[] } };

/**
 * Makes the hook of an operation that turns the issues of its schema into a problem.
 * @param hintByField what to do about a field that another operation sets
 * @throws Problem `invalid-request`, from the hook
 */
export const rejectInvalidWith =
  (hintByField: Readonly<Record<string, string>>) =>
  (result: Result): undefined => {
    if (result.success) return;
    const errors = result.error.issues.flatMap(toFieldErrors).slice(0, MAX_ERRORS);
    const hints = new Map(Object.entries(hintByField).map(([field, hint]) => [toPointer([field]), hint]));
    throw new Problem("invalid-request", "Some fields are invalid. See `errors`.", {
      errors: errors.map((error) => {
        const hint = error.detail === UNKNOWN ? hints.get(error.pointer) : undefined;
        return hint === undefined ? error : { ...error, detail: `${UNKNOWN}; ${hint}` };
      }),
    });
  };

/** The hook of operations without such fields. */
export const rejectInvalid = rejectInvalidWith({});

const UNKNOWN = "unknown field";

/** The field errors of an issue: one for each unknown field, and those of the value if it may also be null. */
function toFieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  if (issue.code === "invalid_union") {
    const [inner, ...others] = issue.errors.filter((issues) => !issues.some(isNotNull));
    if (inner && others.length === 0)
      return inner.flatMap((each) => toFieldErrors({ ...each, path: [...issue.path, ...each.path] }));
  }
  if (issue.code !== "unrecognized_keys") return [{ pointer: toPointer(issue.path), detail: issue.message }];
  return issue.keys.map((key) => ({ pointer: toPointer([...issue.path, key]), detail: UNKNOWN }));
}

const isNotNull = (issue: z.core.$ZodIssue): boolean => issue.code === "invalid_type" && issue.expected === "null";

/** The problem of an error of the framework: a body that cannot be read. */
export const unreadableRequest = ({ status }: HTTPException): Problem =>
  status === 415
    ? new Problem("unsupported-media-type", "Unsupported media type. Send JSON, with `Content-Type: application/json`.")
    : new Problem("invalid-request", "Malformed JSON in the request body. Send valid JSON.");
