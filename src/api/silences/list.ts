import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { listSilences } from "../../db/silences.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { createdAtPosition, pageOf, pageQuery, readCursor, repeatable, toPage } from "../pagination.ts";
import { commonProblems } from "../problems.ts";
import { database } from "../request-scope.ts";
import { requireScope } from "../require-scope.ts";
import { silenceSchema, silenceState, toSilence } from "./schema.ts";

const route = createRoute({
  method: "get",
  path: "/v1/silences",
  operationId: "listSilences",
  tags: ["silences"],
  summary: "List Silences",
  description:
    "Lists silences, newest first: those of your teams, and those for everybody. Expired silences are kept for five days.",
  ...requireScope("alerts:read"),
  request: {
    query: z.object({
      state: repeatable(silenceState).optional().openapi({ description: "In any of these states; repeatable" }),
      teamId: z.uuid().optional().openapi({ description: "Only silences of this team" }),
      ...pageQuery,
    }),
  },
  responses: {
    200: { description: "A page of silences", content: { "application/json": { schema: pageOf(silenceSchema) } } },
    ...commonProblems,
  },
});

export function registerListSilences(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { cursor, limit, state, teamId } = c.req.valid("query");
    const filter = { states: state, teamId };
    const position = readCursor(cursor);
    const rows = await listSilences(database(c), c.get("visibleTeams"), filter, position, limit + 1, new Date());
    return c.json(toPage(c, rows, limit, toSilence, createdAtPosition), 200);
  });
}
