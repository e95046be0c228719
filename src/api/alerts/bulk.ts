import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { alertStatus, nullable, severity } from "../components.ts";
import type { AlertCondition } from "../../alerts/update-alert.ts";
import { type AlertRef, findAlertRefs, listAlertRefs } from "../../db/alerts.ts";
import { connect } from "../../db/client.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { includes, type VisibleTeams } from "../../lib/principal.ts";
import { toIsoOrNull } from "../../lib/time.ts";
import { requireScope } from "../require-scope.ts";
import { instant, instantIn } from "../pagination.ts";
import { bodyProblems, commonProblems, idempotencyProblems } from "../problems.ts";
import { alertFilterFields, resolveFilter } from "./filter.ts";
import { someUpdate, toUpdate, updateFields } from "./schema.ts";
import { type SubmitResult, submitUpdate } from "./submit-update.ts";

const MAX_ALERTS = 500;

const filterSchema = z
  .strictObject({
    status: z.array(alertStatus).min(1).optional().openapi({ description: "Any of these statuses" }),
    severity: z.array(severity).min(1).optional().openapi({ description: "Any of these severities" }),
    ...alertFilterFields,
    labels: z
      .record(z.string().min(1), z.string())
      .refine((labels) => Object.keys(labels).length <= 10, "at most 10 labels")
      .optional()
      .openapi({ description: "Labels in the metadata, all of them", example: { service: "checkout" } }),
    since: instantIn.optional().openapi({ description: "Triggered at or after this time" }),
    until: instantIn.optional().openapi({ description: "Triggered before this time" }),
    muted: z
      .boolean()
      .optional()
      .openapi({ description: "True: only muted alerts. Default: only alerts that are not muted" }),
  })
  .refine(
    // Without `muted`, the filter excludes muted alerts anyway.
    ({ labels = {}, query = "", muted = false, ...others }) =>
      muted || Object.keys(labels).length > 0 || query.trim() !== "" || Object.keys(others).length > 0,
    "must have at least one condition",
  )
  .openapi("AlertFilter");

const conditionSchema = z
  .strictObject({
    status: alertStatus.optional(),
    statusSetBy: z
      .enum(["caller"])
      .optional()
      .openapi({
        description:
          "`caller`: the caller was the last to set the status, and the source has not confirmed it since. A resolve confirms " +
          "`RESOLVED` and `CLOSED`, an acknowledgement `ACKNOWLEDGED`, and a trigger `OPEN`. Not met if this is unknown: a day after " +
          "the end of an alert, or once another alert has its key",
      }),
    snoozedUntil: instantIn
      .nullable()
      .optional()
      .openapi({
        type: ["string", "null"],
        format: "date-time",
        description: "End of the snooze; null: the alert has none",
      }),
  })
  .refine((values) => Object.keys(values).length > 0, "must have at least one value")
  .openapi("AlertCondition", {
    description:
      "Values that an alert must have. An alert with other values does not change, and its outcome is `conflict`. " +
      "The integration's object checks them together with the change",
  });

const requestSchema = z
  .strictObject({
    ids: z
      .array(z.uuid())
      .min(1)
      .max(MAX_ALERTS)
      .optional()
      .openapi({ description: "Ids of the alerts. Set either `ids` or `filter`" }),
    filter: filterSchema.optional(),
    onlyIf: conditionSchema.optional(),
    ...updateFields,
  })
  .refine(({ ids, filter }) => (ids === undefined) !== (filter === undefined), "set either `ids` or `filter`")
  .refine(...someUpdate)
  .openapi("BulkAlertUpdate", {
    example: { filter: { status: ["OPEN"], labels: { service: "checkout" } }, status: "ACKNOWLEDGED" },
  });

const resultSchema = z.object({
  id: z.uuid(),
  outcome: z.enum(["changed", "unchanged", "noted", "conflict", "not-found", "unavailable"]).openapi({
    description:
      "`unchanged`: the alert has the values already. `noted`: only the note was added. " +
      "`conflict`: the current status does not allow the change, or the alert differs from `onlyIf`. " +
      "`unavailable`: retry this alert",
  }),
  status: nullable(alertStatus).openapi({ description: "Current status; null if unknown" }),
  version: z.int().nullable(),
  previous: z
    .object({ status: alertStatus, snoozedUntil: instant.nullable() })
    .optional()
    .openapi({ description: "What the alert was before; only with the outcome `changed`" }),
  detail: z.string().optional(),
});

const responseSchema = z
  .object({
    results: z.array(resultSchema).openapi({ description: "One result per alert, in the order of `ids`" }),
    changed: z.int().openapi({ description: "Number of changed alerts" }),
    isComplete: z
      .boolean()
      .openapi({ description: `False when more than ${MAX_ALERTS} alerts match the filter: repeat the request` }),
  })
  .openapi("BulkResult");

const content = { "application/json": { schema: responseSchema } };

const route = createRoute({
  method: "post",
  path: "/v1/alerts/bulk",
  operationId: "updateAlerts",
  tags: ["alerts"],
  summary: "Update Alerts",
  description: `Changes the status of up to ${MAX_ALERTS} alerts, adds a note to them, or snoozes them, by their ids or by a filter. Each alert has its own result; a conflict of one does not affect the others.`,
  ...requireScope("alerts:write"),
  request: { body: { required: true, content: { "application/json": { schema: requestSchema } } } },
  responses: {
    200: { description: "The results", content },
    202: { description: "The results. The changes are durable, but Postgres does not have all of them yet", content },
    204: { description: "As 200, for `Prefer: return=minimal`" },
    ...commonProblems,
    ...bodyProblems,
    ...idempotencyProblems,
  },
});

export function registerUpdateAlerts(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { ids, filter, onlyIf, ...fields } = c.req.valid("json");
    const { alerts, isComplete } = filter
      ? await findByFilter(c, filter)
      : { alerts: await findByIds(c.env, c.get("visibleTeams"), ids ?? []), isComplete: true };
    const targets = alerts.map((alert) => ({ alert, expectedVersion: null }));
    const { results, isFlushed } = await submitUpdate(c, targets, {
      ...toUpdate(fields),
      onlyIf: onlyIf && toCondition(onlyIf),
    });
    const byId = new Map(results.map((result) => [result.id, result]));
    const requested = ids ? [...new Set(ids.map((id) => id.toLowerCase()))] : alerts.map(({ id }) => id);
    const response = {
      results: requested.map((id) => toResult(byId.get(id) ?? { id, kind: "unknown" })),
      changed: results.filter(({ kind }) => kind === "changed").length,
      isComplete,
    };
    return c.json(response, isFlushed ? 200 : 202);
  });
}

const toCondition = ({ snoozedUntil, ...others }: z.output<typeof conditionSchema>): AlertCondition => ({
  ...others,
  snoozedUntil: snoozedUntil instanceof Date ? snoozedUntil.getTime() : snoozedUntil,
});

async function findByFilter(
  c: Context<AppEnv>,
  given: z.output<typeof filterSchema>,
): Promise<{ alerts: AlertRef[]; isComplete: boolean }> {
  const { filter, visibleTeams } = await resolveFilter(c, given, false);
  const rows = await listAlertRefs(connect(c.env), visibleTeams, filter, MAX_ALERTS + 1);
  return { alerts: rows.slice(0, MAX_ALERTS), isComplete: rows.length <= MAX_ALERTS };
}

const findByIds = async (env: Env, visibleTeams: VisibleTeams, ids: readonly string[]): Promise<AlertRef[]> =>
  (await findAlertRefs(connect(env), ids)).filter((alert) => includes(visibleTeams, alert));

function toResult(result: SubmitResult): z.infer<typeof resultSchema> {
  const { id } = result;
  switch (result.kind) {
    case "changed":
    case "unchanged":
    case "noted":
      return {
        id,
        outcome: result.kind,
        status: result.status,
        version: result.version,
        ...(result.kind === "changed" && {
          previous: { ...result.previous, snoozedUntil: toIsoOrNull(result.previous.snoozedUntil) },
        }),
      };
    case "illegal-move":
    case "illegal-snooze":
    case "version-mismatch":
    case "state-mismatch":
      return { id, outcome: "conflict", status: result.status, version: result.version, detail: result.detail };
    case "unknown":
      return { id, outcome: "not-found", status: null, version: null };
    case "unavailable":
      return { id, outcome: "unavailable", status: null, version: null, detail: result.detail };
  }
}
