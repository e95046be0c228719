import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { toAlert } from "../../db/alert-view.ts";
import { STATUSES } from "../../alerts/model.ts";
import { type AlertRow, findAlert } from "../../db/alerts.ts";
import { connect } from "../../db/client.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { safeText } from "../../lib/json.ts";
import { Problem } from "../../lib/problem.ts";
import { toIso } from "../../lib/time.ts";
import { changedMeanwhile, etagHeader, etagOf, expectedVersion, ifMatchHeader } from "../etag.ts";
import { assertTeamAccess, requireScope, noSuch } from "../require-scope.ts";
import { idParam } from "../page.ts";
import { bodyProblems, changeProblems, commonProblems, notFoundProblem } from "../problems.ts";
import { changeAlerts, type WishResult } from "./change.ts";
import { alertSchema, noteSchema } from "./schema.ts";

const body = z
  .strictObject({ status: z.enum(STATUSES), note: noteSchema.optional() })
  .openapi("AlertChange", { example: { status: "ACKNOWLEDGED", note: "Looking into it." } });

const route = createRoute({
  method: "patch",
  path: "/v1/alerts/{id}",
  operationId: "changeAlert",
  tags: ["alerts"],
  summary: "Move an alert to another status",
  description:
    "OPEN and ACKNOWLEDGED go both ways; both can become RESOLVED or CLOSED; RESOLVED can become CLOSED, or OPEN again unless " +
    "a newer alert has its key. Anything else is 409 with the present status. The change takes its place among the events of " +
    "the alert's source.",
  ...requireScope("alerts:write"),
  request: {
    params: idParam,
    headers: z.object(ifMatchHeader),
    body: { required: true, content: { "application/json": { schema: body } } },
  },
  responses: {
    200: {
      description: "The alert as it is now",
      headers: etagHeader,
      content: { "application/json": { schema: alertSchema } },
    },
    202: {
      description: "The alert as it will be: the change is durable, but Postgres does not have it yet",
      headers: etagHeader,
      content: { "application/json": { schema: alertSchema } },
    },
    204: { description: "As 200, for `Prefer: return=minimal`" },
    ...commonProblems,
    ...bodyProblems,
    ...notFoundProblem,
    ...changeProblems,
  },
});

export function registerChangeAlert(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const db = connect(c.env);
    const { id } = c.req.valid("param");
    const row = await findAlert(db, id);
    if (!row) throw noSuch("alert");
    assertTeamAccess(c.get("visibleTeams"), row.teamId, c.get("principal"), "alerts:read", "alert");
    const { status, note } = c.req.valid("json");
    const wish = { alert: row, expectedVersion: expectedVersion(c, row.version) };
    const { results, isFlushed } = await changeAlerts(c, [wish], status, note === undefined ? null : safeText(note));
    const changed = assertChanged(results[0]);
    c.header("etag", etagOf(changed.version));
    const readBack = isFlushed ? await findAlert(connect(c.env), id) : undefined;
    return readBack ? c.json(toAlert(readBack), 200) : c.json(asChanged(row, changed), 202);
  });
}

type Changed = Extract<WishResult, { kind: "changed" }>;

function assertChanged(result: WishResult | undefined): Changed {
  switch (result?.kind) {
    case "changed":
      return result;
    case "illegal-move": {
      const detail = `${result.detail.charAt(0).toUpperCase()}${result.detail.slice(1)}.`;
      throw new Problem("conflict", detail, { errors: [{ pointer: "/status", detail: result.detail }] });
    }
    case "version-mismatch":
      throw changedMeanwhile(result.version);
    case "unavailable":
      throw new Problem("unavailable", result.detail, { headers: { "retry-after": "5" } });
    default:
      throw noSuch("alert");
  }
}

const iso = (ms: number | null) => (ms === null ? null : toIso(ms));

/** The alert as Postgres will have it. */
const asChanged = (row: AlertRow, { id: _, kind: __, status, version, ...instants }: Changed) => ({
  ...toAlert(row),
  status,
  version,
  acknowledgedAt: iso(instants.acknowledgedAt),
  resolvedAt: iso(instants.resolvedAt),
  closedAt: iso(instants.closedAt),
});
