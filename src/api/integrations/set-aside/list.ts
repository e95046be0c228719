import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { callObject } from "../../../integration/client.ts";
import type { AppEnv } from "../../../lib/app-env.ts";
import { needs } from "../../needs.ts";
import { idParam, linkNext, pageOf } from "../../page.ts";
import { commonProblems, notFoundProblem } from "../../problems.ts";
import { ownerOf, setAsideSchema, toSetAside } from "./schema.ts";

const route = createRoute({
  method: "get",
  path: "/v1/integrations/{id}/set-aside",
  operationId: "listSetAside",
  tags: ["integrations"],
  summary: "List what Postgres refused for its data, the oldest first",
  description:
    "Accepted, durable, and not in Postgres: such a row waits for a retry, once what Postgres had against it is mended.",
  ...needs("deliveries:read"),
  request: {
    params: idParam,
    query: z.object({
      cursor: z.coerce
        .number()
        .int()
        .min(0)
        .max(Number.MAX_SAFE_INTEGER)
        .default(0)
        .openapi({ description: "`nextCursor` of the page before" }),
      limit: z.coerce.number().int().min(1).max(200).default(50).openapi({ description: "How many to give at most" }),
    }),
  },
  responses: {
    200: { description: "A page of rows", content: { "application/json": { schema: pageOf(setAsideSchema) } } },
    ...commonProblems,
    ...notFoundProblem,
  },
});

export function registerListSetAside(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { cursor, limit } = c.req.valid("query");
    const { id } = await ownerOf(c, c.req.valid("param").id, "deliveries:read");
    const rows = await callObject(c.env, id, (object) => object.listSetAside(cursor, limit + 1));
    const data = rows.slice(0, limit).map(toSetAside);
    const nextCursor = rows.length > limit ? String(data.at(-1)?.row) : null;
    if (nextCursor !== null) linkNext(c, nextCursor);
    return c.json({ data, nextCursor }, 200);
  });
}
