import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { SEVERITIES, STATUSES } from "../../alerts/model.ts";
import { type AlertRef, findAlertRefs, listAlertRefs } from "../../db/alerts.ts";
import { connect } from "../../db/client.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { safeText } from "../../lib/json.ts";
import { narrow, type VisibleTeams, includesTeam } from "../../lib/principal.ts";
import { requireScope } from "../require-scope.ts";
import { instantIn } from "../page.ts";
import { bodyProblems, commonProblems, idempotencyProblems } from "../problems.ts";
import { changeAlerts, type WishResult } from "./change.ts";
import { noteSchema } from "./schema.ts";

const MAX_ALERTS = 500;

const filterSchema = z
  .strictObject({
    status: z.array(z.enum(STATUSES)).min(1).optional().openapi({ description: "One of these" }),
    severity: z.array(z.enum(SEVERITIES)).min(1).optional().openapi({ description: "One of these" }),
    integrationId: z.uuid().optional().openapi({ description: "Only what came through this integration" }),
    teamId: z.uuid().optional().openapi({ description: "Only what belongs to this team" }),
    q: z.string().min(1).max(200).optional().openapi({ description: "Text in the title or the description" }),
    labels: z
      .record(z.string().min(1), z.string())
      .refine((labels) => Object.keys(labels).length <= 10, "at most 10 labels")
      .optional()
      .openapi({ description: "What the metadata say", example: { service: "checkout" } }),
    since: instantIn.optional().openapi({ description: "Triggered at or after" }),
    until: instantIn.optional().openapi({ description: "Triggered before" }),
  })
  .refine((filter) => Object.keys(filter).length > 0, "a filter that holds every alert is not meant")
  .openapi("AlertFilter");

const body = z
  .strictObject({
    ids: z.array(z.uuid()).min(1).max(MAX_ALERTS).optional().openapi({ description: "The alerts; or else a filter" }),
    filter: filterSchema.optional(),
    status: z.enum(STATUSES),
    note: noteSchema.optional(),
  })
  .refine(({ ids, filter }) => (ids === undefined) !== (filter === undefined), "either `ids` or `filter`")
  .openapi("BulkChange", {
    example: { filter: { status: ["OPEN"], labels: { service: "checkout" } }, status: "ACKNOWLEDGED" },
  });

const resultSchema = z.object({
  id: z.uuid(),
  outcome: z.enum(["changed", "conflict", "not-found", "unavailable"]).openapi({
    description: "`conflict`: there is no such move from its present status; `unavailable`: try this one again",
  }),
  status: z.enum(STATUSES).nullable().openapi({ description: "The status that it has now; null: not known" }),
  version: z.int().nullable(),
  detail: z.string().optional(),
});

const replySchema = z
  .object({
    results: z.array(resultSchema).openapi({ description: "One for each alert, in the order of `ids`" }),
    changed: z.int(),
    isComplete: z
      .boolean()
      .openapi({ description: `false: the filter holds more than the ${MAX_ALERTS} that were done; ask again` }),
  })
  .openapi("BulkResult");

const route = createRoute({
  method: "post",
  path: "/v1/alerts/bulk",
  operationId: "changeAlerts",
  tags: ["alerts"],
  summary: "Move many alerts to another status, by their ids or by a filter",
  description: `At most ${MAX_ALERTS} at a time; each has a result of its own, and one that cannot be moved keeps no other from it.`,
  ...requireScope("alerts:write"),
  request: { body: { required: true, content: { "application/json": { schema: body } } } },
  responses: {
    200: { description: "What became of each", content: { "application/json": { schema: replySchema } } },
    202: {
      description: "The same; what changed is durable, but Postgres does not have all of it yet",
      content: { "application/json": { schema: replySchema } },
    },
    204: { description: "As 200, for `Prefer: return=minimal`" },
    ...commonProblems,
    ...bodyProblems,
    ...idempotencyProblems,
  },
});

export function registerChangeAlerts(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { ids, filter, status, note } = c.req.valid("json");
    const { alerts, isComplete } = filter
      ? await matching(c.env, c.get("visibleTeams"), filter)
      : { alerts: await named(c.env, c.get("visibleTeams"), ids ?? []), isComplete: true };
    const wishes = alerts.map((alert) => ({ alert, expectedVersion: null }));
    const { results, isFlushed } = await changeAlerts(c, wishes, status, note === undefined ? null : safeText(note));
    const found = new Map(results.map((result) => [result.id, result]));
    const wanted = ids ? [...new Set(ids.map((id) => id.toLowerCase()))] : alerts.map(({ id }) => id);
    const reply = {
      results: wanted.map((id) => toResult(found.get(id) ?? { id, kind: "unknown" })),
      changed: results.filter(({ kind }) => kind === "changed").length,
      isComplete,
    };
    return c.json(reply, isFlushed ? 200 : 202);
  });
}

async function matching(env: Env, visibleTeams: VisibleTeams, { teamId, ...filter }: z.output<typeof filterSchema>) {
  const rows = await listAlertRefs(connect(env), narrow(visibleTeams, teamId), filter, MAX_ALERTS + 1);
  return { alerts: rows.slice(0, MAX_ALERTS), isComplete: rows.length <= MAX_ALERTS };
}

/** Of the alerts that are named, those within visibleTeams: the others do not exist for who asks. */
const named = async (env: Env, visibleTeams: VisibleTeams, ids: readonly string[]): Promise<AlertRef[]> =>
  (await findAlertRefs(connect(env), ids)).filter(({ teamId }) => includesTeam(visibleTeams, teamId));

function toResult(result: WishResult): z.infer<typeof resultSchema> {
  const { id } = result;
  switch (result.kind) {
    case "changed":
      return { id, outcome: "changed", status: result.status, version: result.version };
    case "illegal-move":
    case "version-mismatch":
      return { id, outcome: "conflict", status: result.status, version: result.version, detail: result.detail };
    case "unknown":
      return { id, outcome: "not-found", status: null, version: null };
    case "unavailable":
      return { id, outcome: "unavailable", status: null, version: null, detail: result.detail };
  }
}
