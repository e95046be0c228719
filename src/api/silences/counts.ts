import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { countSilenced, MAX_COMPARED } from "../../db/silence-preview.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { commonProblems } from "../problems.ts";
import { database } from "../request-scope.ts";
import { requireScope } from "../require-scope.ts";
import { formatNumber } from "../../lib/text.ts";

const countsSchema = z
  .object({
    data: z
      .array(
        z.object({
          silenceId: z.uuid(),
          count: z.int().openapi({ description: "Number of unresolved alerts that the silence mutes now" }),
        }),
      )
      .openapi({ description: "Active silences that mute at least one alert" }),
    isAtLeast: z.boolean().openapi({
      description: `True when only the newest ${formatNumber(MAX_COMPARED)} unresolved alerts were compared`,
    }),
  })
  .openapi("SilenceCounts");

const route = createRoute({
  method: "get",
  path: "/v1/silences/counts",
  operationId: "countSilencedAlerts",
  tags: ["silences"],
  summary: "Count Silenced Alerts",
  description:
    "Counts the unresolved alerts that each active silence mutes now, among those that you can see. Of an alert that several silences " +
    "mute, each counts.",
  ...requireScope("alerts:read"),
  responses: {
    200: { description: "The counts", content: { "application/json": { schema: countsSchema } } },
    ...commonProblems,
  },
});

export function registerCountSilencedAlerts(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { counts, isAtLeast } = await countSilenced(database(c), c.get("visibleTeams"));
    return c.json({ data: counts, isAtLeast }, 200);
  });
}
