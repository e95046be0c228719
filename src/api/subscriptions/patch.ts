import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { etagHeader, etagOf, ifMatchHeader } from "../etag.ts";
import { rejectInvalidWith } from "../invalid-request.ts";
import { requireScope } from "../require-scope.ts";
import { idParam } from "../pagination.ts";
import { bodyProblems, changeProblems, commonProblems, notFoundProblem } from "../problems.ts";
import { subscriptionSchema, subscriptionUpdateSchema, toSubscription } from "./schema.ts";
import { changesTarget, targetColumns } from "./target.ts";
import { assertAllowedUrl, assertRoom, loadForUpdate, updateSubscription } from "./update.ts";

const route = createRoute({
  method: "patch",
  path: "/v1/subscriptions/{id}",
  operationId: "updateSubscription",
  tags: ["subscriptions"],
  summary: "Update Subscription",
  description: "Omitted fields do not change.",
  ...requireScope("subscriptions:write"),
  request: {
    params: idParam,
    headers: z.object(ifMatchHeader),
    body: { required: true, content: { "application/json": { schema: subscriptionUpdateSchema } } },
  },
  responses: {
    200: {
      description: "The updated subscription",
      headers: etagHeader,
      content: { "application/json": { schema: subscriptionSchema } },
    },
    204: { description: "As 200, for `Prefer: return=minimal`" },
    ...commonProblems,
    ...bodyProblems,
    ...notFoundProblem,
    ...changeProblems,
  },
});

export function registerUpdateSubscription(app: OpenAPIHono<AppEnv>): void {
  app.openapi(
    route,
    async (c) => {
      const before = await loadForUpdate(c, c.req.valid("param").id);
      const changes = c.req.valid("json");
      if (changes.url !== undefined) assertAllowedUrl(c, changes.url);
      const { url, preset, presetKey, headers, expression, ...others } = changes;
      const target = { url, preset, presetKey, headers, expression };
      const given = Object.fromEntries(Object.entries(others).filter(([, value]) => value !== undefined));
      if (changes.url !== undefined) await assertRoom(c, before.teamId, changes.url, before.id);
      const restarted = changes.isEnabled === true ? { endedAt: null } : {};
      const columns = changesTarget(target) ? await targetColumns(c, before.id, before, target) : {};
      const row = await updateSubscription(c, before, { ...given, ...columns, ...restarted }, "subscription.update");
      c.header("etag", etagOf(row.version));
      return c.json(toSubscription(row), 200);
    },
    rejectInvalidWith({ secret: "rotate it with `POST /v1/subscriptions/{id}/rotate-secret`" }),
  );
}
