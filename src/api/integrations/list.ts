import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { listDeliveryCounts, NO_DELIVERIES } from "../../db/integration-health.ts";
import { type IntegrationRow, listIntegrations } from "../../db/integrations.ts";
import { listLatestRecognizable, type StoredRequest } from "../../db/recognizable.ts";
import { narrow } from "../../lib/principal.ts";
import { DAY } from "../../lib/time.ts";
import { externalNameQuery } from "../external-name.ts";
import { readReports, statesOf } from "../object-reports.ts";
import { database } from "../request-scope.ts";
import { requireScope } from "../require-scope.ts";
import { createdAtPosition, pageOf, pageQuery, readCursor, toPage } from "../pagination.ts";
import { commonProblems } from "../problems.ts";
import { suggestionOf } from "../suggested-provider.ts";
import { CALLS_MS, withinMs } from "../time-limit.ts";
import { toListedHealth } from "./health.ts";
import { listedIntegrationSchema, toIntegration } from "./schema.ts";

/** Maximum number of integration objects that a page asks because they have not reported. */
const MAX_CALLS = 400;

const route = createRoute({
  method: "get",
  path: "/v1/integrations",
  operationId: "listIntegrations",
  tags: ["integrations"],
  summary: "List Integrations",
  description: "Lists integrations, newest first.",
  ...requireScope("integrations:read"),
  request: {
    query: z.object({
      teamId: z.uuid().optional().openapi({ description: "Only integrations of this team" }),
      ...externalNameQuery,
      include: z.enum(["health"]).optional().openapi({
        description:
          "`health`: with the deliveries of the last 24 hours, the state of the outbox, and the provider that the latest delivery suggests",
      }),
      ...pageQuery,
    }),
  },
  responses: {
    200: {
      description: "A page of integrations",
      content: { "application/json": { schema: pageOf(listedIntegrationSchema) } },
    },
    ...commonProblems,
  },
});

export function registerListIntegrations(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { cursor, limit, teamId, include, externalName } = c.req.valid("query");
    const visibleTeams = narrow(c.get("visibleTeams"), teamId);
    const position = readCursor(cursor);
    const isWithHealth = include === "health";
    const limits = withinMs(CALLS_MS);
    const [rows, counts, latest, reports] = await Promise.all([
      listIntegrations(database(c), visibleTeams, position, limit + 1, externalName),
      isWithHealth
        ? listDeliveryCounts(database(c), visibleTeams, position, limit, new Date(Date.now() - DAY), externalName)
        : null,
      isWithHealth ? listLatestRecognizable(database(c), visibleTeams, position, limit, externalName) : null,
      isWithHealth ? readReports(c.env, limits) : null,
    ]);
    const states = reports && (await statesOf(c.env, reports, rows.slice(0, limit), limits, MAX_CALLS));
    const suggestions = latest && (await suggestionsOf(latest));
    const toItem = (row: IntegrationRow) => ({
      ...toIntegration(row, c),
      ...(suggestions && { suggestedProvider: suggestions.get(row.id) ?? null }),
      ...(counts && toListedHealth(counts.get(row.id) ?? NO_DELIVERIES, states?.get(row.id) ?? null)),
    });
    return c.json(toPage(c, rows, limit, toItem, createdAtPosition), 200);
  });
}

/** The suggestions of stored requests, by the ids of their integrations. */
async function suggestionsOf(requests: ReadonlyMap<string, StoredRequest>) {
  return new Map(
    await Promise.all([...requests].map(async ([id, request]) => [id, await suggestionOf(request)] as const)),
  );
}
