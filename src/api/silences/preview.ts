import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { toAlert } from "../../db/alert-view.ts";
import { MAX_COMPARED, previewSilence } from "../../db/silence-preview.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { narrow } from "../../lib/principal.ts";
import { alertSchema } from "../alerts/schema.ts";
import { ifValid } from "../components.ts";
import { bodyProblems, commonProblems, notFoundProblem } from "../problems.ts";
import { database } from "../request-scope.ts";
import { requireScope } from "../require-scope.ts";
import { newMatchers } from "./schema.ts";
import { formatNumber } from "../../lib/text.ts";
import { loadSilence } from "./write.ts";

const MAX_LISTED = 20;

export const silencePreviewSchema = z
  .strictObject({
    matchers: newMatchers.optional().openapi({ description: "Matchers of a new silence" }),
    silenceId: z
      .uuid()
      .optional()
      .openapi({ description: "Instead of `matchers`: the id of a stored silence, in any state" }),
    teamId: z
      .uuid()
      .nullable()
      .optional()
      .openapi({ description: "Only alerts of this team. Null or left out: of all teams that you can see" }),
  })
  .refine(({ matchers, silenceId }) => (matchers === undefined) !== (silenceId === undefined), {
    path: ["matchers"],
    error: "set either `matchers` or `silenceId`",
    ...ifValid,
  })
  .openapi("SilencePreviewRequest");

const responseSchema = z
  .object({
    count: z.int().openapi({ description: "Number of unresolved alerts that match now" }),
    isAtLeast: z.boolean().openapi({
      description: `True when only the newest ${formatNumber(MAX_COMPARED)} unresolved alerts were compared`,
    }),
    data: z.array(alertSchema).openapi({ description: `The latest triggered of them, at most ${MAX_LISTED}` }),
  })
  .openapi("SilencePreview");

const route = createRoute({
  method: "post",
  path: "/v1/silences/preview",
  operationId: "previewSilence",
  tags: ["silences"],
  summary: "Preview Silence",
  description: "Counts and lists the unresolved alerts that a new or a stored silence matches now. Changes nothing.",
  ...requireScope("alerts:read"),
  request: { body: { required: true, content: { "application/json": { schema: silencePreviewSchema } } } },
  responses: {
    200: { description: "The alerts that match", content: { "application/json": { schema: responseSchema } } },
    ...commonProblems,
    ...bodyProblems,
    ...notFoundProblem,
  },
});

export function registerPreviewSilence(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { matchers = [], silenceId, teamId } = c.req.valid("json");
    const visibleTeams = narrow(c.get("visibleTeams"), teamId ?? undefined);
    const [{ count, isAtLeast, rows }] = await Promise.all([
      previewSilence(database(c), visibleTeams, silenceId ?? matchers, MAX_LISTED),
      silenceId === undefined ? null : loadSilence(c, silenceId),
    ]);
    return c.json({ count, isAtLeast, data: rows.map((row) => toAlert(row, c.env.PUBLIC_URL)) }, 200);
  });
}
