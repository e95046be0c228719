import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { listSilences } from "../../db/silences.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { database } from "../request-scope.ts";
import { requireScope } from "../require-scope.ts";
import { textProblems } from "./errors.ts";
import { filterQuery, included, readMatchers } from "./filter.ts";
import { ignoredQuery } from "./parameters.ts";
import { compareSilences, gettableSilenceSchema, hasMatchers, toGettableSilence } from "./silence.ts";
import { formatNumber } from "../../lib/text.ts";

/** Unexpired silences are fewer (MAX_UNEXPIRED). */
const MAX_SILENCES = 10_000;

const route = createRoute({
  method: "get",
  path: "/api/v2/silences",
  operationId: "alertmanagerGetSilences",
  tags: ["alertmanager"],
  summary: "List Alertmanager Silences",
  description: `Lists the silences of the visible teams and those for everybody: first active, then pending, then expired ones. Of expired silences, the newest ${formatNumber(MAX_SILENCES)}.`,
  ...requireScope("alerts:read"),
  request: {
    query: z.object({
      filter: filterQuery.filter.openapi({
        description:
          "Matcher that the silence has, with the same name, operator and value; repeatable, it has all of them",
      }),
      active: included("active silences"),
      pending: included("pending silences"),
      expired: included("expired silences, which are kept for five days"),
      ...ignoredQuery,
    }),
  },
  responses: {
    200: { description: "The silences", content: { "application/json": { schema: z.array(gettableSilenceSchema) } } },
    ...textProblems,
  },
});

export function registerGetSilences(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { filter, ...include } = c.req.valid("query");
    const matchers = readMatchers(filter);
    const now = new Date();
    const list = (states: readonly ("active" | "pending" | "expired")[]) => {
      const shown = states.filter((state) => include[state]);
      if (shown.length === 0) return [];
      return listSilences(database(c), c.get("visibleTeams"), { states: shown }, null, MAX_SILENCES, now);
    };
    const rows = await Promise.all([list(["active", "pending"]), list(["expired"])]);
    const silences = rows
      .flat()
      .filter((row) => hasMatchers(row, matchers))
      .map((row) => toGettableSilence(row, now.getTime()));
    return c.json(silences.toSorted(compareSilences), 200);
  });
}
