import { z } from "@hono/zod-openapi";

const problem = z
  .object({
    type: z.string().openapi({ example: "urn:tocsin:problem:invalid-request" }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string().openapi({ description: "urn:uuid of the request, under which its trace is found" }),
    errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
  })
  .openapi("Problem", { description: "RFC 9457 problem details" });

const response = (description: string) => ({
  description,
  content: { "application/problem+json": { schema: problem } },
});

/** The error responses that every route of /v1 may give; spread into its `responses`. */
export const commonProblems = {
  400: response("The request is not valid"),
  401: response("Authentication is needed"),
  429: response("Too many failed requests"),
  500: response("A fault of ours"),
  503: response("The database or the integration's object does not answer"),
};

/** For routes that name one thing. */
export const notFoundProblem = { 404: response("There is no such thing") };
