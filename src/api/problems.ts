import { z } from "@hono/zod-openapi";

export const problemSchema = z
  .object({
    type: z.string().openapi({ example: "urn:tocsin:problem:invalid-request" }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string().openapi({ description: "urn:uuid of the request, under which its trace is found" }),
    errors: z
      .array(z.object({ pointer: z.string().openapi({ description: "JSON Pointer (RFC 6901)" }), detail: z.string() }))
      .optional(),
  })
  .openapi("Problem", { description: "RFC 9457 problem details" });

const response = (description: string) => ({
  description,
  content: { "application/problem+json": { schema: problemSchema } },
});

/** The error responses that every route of /v1 may give; spread into its `responses`. */
export const commonProblems = {
  400: response("The request is not valid"),
  401: response("Authentication is needed"),
  403: response("The key or the person may not do this"),
  429: response("A limit is reached; the detail names it"),
  500: response("A fault of ours"),
  503: response("The database or the integration's object does not answer"),
};

/** For routes that name one thing. */
export const notFoundProblem = { 404: response("There is no such thing") };

/** For routes whose body is JSON. */
export const bodyProblems = { 413: response("The body is too large"), 415: response("The body is not JSON") };

/** For routes that change what may have changed meanwhile. */
export const changeProblems = {
  409: response("It does not fit the present state"),
  412: response("`If-Match` names another version than the present one"),
};

/** For POST, which takes an `Idempotency-Key`. */
export const idempotencyProblems = {
  409: response("It does not fit the present state, or the first request with this `Idempotency-Key` is still at work"),
  422: response("The `Idempotency-Key` was used for another request"),
};
