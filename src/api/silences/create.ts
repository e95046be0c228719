import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { etagHeader, etagOf } from "../etag.ts";
import { bodyProblems, changeProblems, commonProblems, idempotencyProblems } from "../problems.ts";
import { onlyTeam, requireScope } from "../require-scope.ts";
import { newSilenceSchema, silenceSchema, toSilence } from "./schema.ts";
import { createSilence } from "./write.ts";

const route = createRoute({
  method: "post",
  path: "/v1/silences",
  operationId: "createSilence",
  tags: ["silences"],
  summary: "Create Silence",
  description:
    "Mutes the alerts whose labels match, from the start to the end. Muted alerts are recorded, counted and can be listed; default lists " +
    "leave them out, and subscriptions are not notified until the mute ends while the alert is unresolved. A matcher of a missing label " +
    "compares the empty text. Regular expressions match the whole value, and may contain only what RE2 and Postgres read alike.",
  ...requireScope("alerts:write"),
  request: { body: { required: true, content: { "application/json": { schema: newSilenceSchema } } } },
  responses: {
    201: {
      description: "The silence",
      headers: etagHeader,
      content: { "application/json": { schema: silenceSchema } },
    },
    ...commonProblems,
    ...bodyProblems,
    ...idempotencyProblems,
    409: changeProblems[409],
  },
});

export function registerCreateSilence(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { teamId = onlyTeam(c.get("visibleTeams")), startsAt, ...silence } = c.req.valid("json");
    const row = await createSilence(c, { ...silence, teamId, startsAt });
    c.set("mustShow", true);
    c.header("location", `/v1/silences/${row.id}`);
    c.header("etag", etagOf(row.version));
    return c.json(toSilence(row), 201);
  });
}
