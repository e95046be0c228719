/** Rejects unknown query parameters: a misspelt filter must not return everything. */
import { type RouteConfig, z } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "../lib/app-env.ts";
import { toPointer } from "../lib/json-pointer.ts";
import { Problem } from "../lib/problem.ts";

/**
 * Rejects query parameters that the schema of an operation does not declare. A loose schema (`z.looseObject`) accepts all.
 * `label` also declares `label.<name>`.
 */
export function checkQuery({ request }: RouteConfig): MiddlewareHandler<AppEnv> {
  const schema = request?.query instanceof z.ZodObject ? request.query : null;
  const known = Object.keys(schema?.shape ?? {}).toSorted();
  const isLoose = schema?.def.catchall instanceof z.ZodUnknown;
  const isKnown = (name: string) => known.includes(name) || (known.includes("label") && name.startsWith("label."));
  return async (c, next) => {
    const unknown = isLoose ? [] : Object.keys(c.req.queries()).filter((name) => !isKnown(name));
    if (unknown.length > 0) throw unknownParameters(unknown, known);
    await next();
  };
}

function unknownParameters(unknown: readonly string[], known: readonly string[]): Problem {
  const parameters = unknown.length === 1 ? "parameter" : "parameters";
  const hint = known.length === 0 ? "This operation has none." : `Use ${list(known)}.`;
  return new Problem("invalid-request", `Unknown query ${parameters} ${list(unknown)}. ${hint}`, {
    errors: unknown.map((name) => ({ pointer: toPointer([name]), detail: "unknown query parameter" })),
  });
}

const list = (names: readonly string[]): string => names.map((name) => `\`${name.slice(0, 100)}\``).join(", ");
