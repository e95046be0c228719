/** What a tool is: a description for the assistant, and one or more calls of the API. */
import type { ToolAnnotations } from "@modelcontextprotocol/server";
import { z } from "@hono/zod-openapi";
import type { Schemas, TocsinClient } from "../../packages/client/src/index.ts";
import type { Scope } from "../lib/principal.ts";

/** JSON has no `undefined`: a missing field is missing. */
type Json<Value> = Value extends object ? { [Name in keyof Value]: Json<Exclude<Value[Name], undefined>> } : Value;

/** Arguments as the client sent them. The API parses them again. */
type Arguments<Input extends z.ZodObject> = Json<z.input<Input>>;

interface ToolOf<Input extends z.ZodObject> {
  name: string;
  title: string;
  /** For the assistant: what the tool does, and when to use it. */
  description: string;
  /** Callers without this scope do not see the tool. The API checks each call. */
  scope: Scope;
  annotations: ToolAnnotations;
  input: Input;
  /** @throws ApiProblem when the API rejects a call */
  call(api: TocsinClient, given: Arguments<Input>): Promise<object>;
}

export type Tool = ToolOf<z.ZodObject>;

export const defineTool = <Input extends z.ZodObject>(tool: ToolOf<Input>): Tool => tool;

/** Reads, and changes nothing. */
export const READS: ToolAnnotations = { readOnlyHint: true, openWorldHint: false };

/** Adds something, or marks an alert: nobody misses a notification by it. */
export const ADDS: ToolAnnotations = { readOnlyHint: false, destructiveHint: false, openWorldHint: false };

/** Ends or hides something: a client should ask its user first. */
export const ENDS: ToolAnnotations = { readOnlyHint: false, destructiveHint: true, openWorldHint: false };

/** An error response of the API. */
export class ApiProblem extends Error {
  override name = "ApiProblem";
  readonly problem: Schemas["Problem"];

  constructor(problem: Schemas["Problem"]) {
    super(problem.detail);
    this.problem = problem;
  }
}

/** The data of a response. @throws ApiProblem for an error response */
export async function dataOf<Data>(call: Promise<{ data?: Data; error?: unknown; response: Response }>): Promise<Data> {
  const { data, error, response } = await call;
  if (!response.ok) throw new ApiProblem(error as Schemas["Problem"]);
  return data as Data;
}

/** The argument of tools for one alert, delivery or silence. */
export const idOf = (what: string) => ({ id: z.uuid().openapi({ description: `Id of the ${what}` }) });

/** Arguments of tools that list. */
export const pageInput = {
  cursor: z.string().min(1).max(200).optional().openapi({ description: "`nextCursor` of the previous page" }),
  limit: z.int().min(1).max(100).default(20).openapi({ description: "Maximum number of items" }),
};

/** The argument that makes a change safe to repeat. */
export const repeatInput = {
  idempotencyKey: z
    .string()
    .min(1)
    .max(255)
    .regex(/^[\x21-\x7e]+$/, "expected visible ASCII characters")
    .optional()
    .openapi({
      description: "A value of your choice. A repeated call with the same value and arguments changes nothing",
    }),
};

/** The header of `repeatInput`. */
export const repeatHeaders = (key: string | undefined): { headers?: Record<string, string> } =>
  key === undefined ? {} : { headers: { "idempotency-key": key } };
