import { z } from "@hono/zod-openapi";
import { PROBLEM_TYPES } from "../lib/problem.ts";
import { alertStatus } from "./components.ts";

const problemType = z
  .enum(PROBLEM_TYPES.map(({ type }) => type))
  .openapi("ProblemType", { description: "Kind of problem", example: "urn:tocsin:problem:invalid-request" });

export const problemSchema = z
  .object({
    type: problemType,
    title: z.string().openapi({ description: "Short name of the kind of problem" }),
    status: z.int().openapi({ description: "HTTP status code" }),
    detail: z.string().openapi({ description: "What is wrong and what to do" }),
    instance: z
      .string()
      .openapi({ description: "`urn:uuid:` and the request id, which is also in `X-Request-Id` and in the log" }),
    errors: z
      .array(
        z.object({
          pointer: z.string().openapi({ description: "JSON Pointer (RFC 6901) to the field" }),
          detail: z.string().openapi({ description: "What is wrong with the field" }),
          offset: z
            .int()
            .optional()
            .openapi({ description: "In `query`: where the fault starts, in UTF-16 units from 0" }),
        }),
      )
      .optional()
      .openapi({ description: "Invalid fields of the request" }),
    currentStatus: alertStatus
      .optional()
      .openapi({ description: "After a rejected status change: the status that the alert has" }),
    deliveryId: z
      .uuid()
      .optional()
      .openapi({ description: "After a replay that could not be read: the delivery that records it" }),
  })
  .openapi("Problem", { description: "Error as RFC 9457 problem details" });

const response = (description: string) => ({
  description,
  content: { "application/problem+json": { schema: problemSchema } },
});

/** The error responses of every route of /v1; spread into its `responses`. */
export const commonProblems = {
  400: response("Invalid request"),
  401: response("Missing or invalid credentials"),
  403: response("Missing scope or read-only access"),
  429: response("Rate limit exceeded; `detail` names the limit"),
  500: response("Internal error"),
  503: response("Postgres or the integration's object does not respond"),
};

/** For routes with an id in the path. */
export const notFoundProblem = { 404: response("Unknown id") };

/** For routes with a JSON body. */
export const bodyProblems = { 413: response("Body too large"), 415: response("Body is not JSON") };

const conflict = response(
  "Conflict with the current state, or the first request with this `Idempotency-Key` is still running",
);

/** For routes that change an existing resource. */
export const changeProblems = {
  409: conflict,
  412: response("`If-Match` does not name the current version"),
};

/** For changes, which accept an `Idempotency-Key`. The document adds them to all changes. */
export const idempotencyProblems = {
  409: conflict,
  422: response("`Idempotency-Key` was used with another query or body"),
};
