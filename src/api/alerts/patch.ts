import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { toAlert } from "../../db/alert-view.ts";
import { findAlert } from "../../db/alerts.ts";
import { connect } from "../../db/client.ts";
import type { ShownAlert } from "../../db/muting.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { Problem } from "../../lib/problem.ts";
import { changedMeanwhile, etagHeader, etagOf, expectedVersion, ifMatchHeader } from "../etag.ts";
import { assertAccess, noSuch, requireScope } from "../require-scope.ts";
import { idParam } from "../pagination.ts";
import { bodyProblems, changeProblems, commonProblems, notFoundProblem } from "../problems.ts";
import { alertSchema, someUpdate, toUpdate, updateFields } from "./schema.ts";
import { type SubmitResult, submitUpdate } from "./submit-update.ts";

const requestSchema = z
  .strictObject(updateFields)
  .refine(...someUpdate)
  .openapi("AlertUpdate", { example: { status: "ACKNOWLEDGED", note: "Looking into it." } });

const content = { "application/json": { schema: alertSchema } };

const route = createRoute({
  method: "patch",
  path: "/v1/alerts/{id}",
  operationId: "updateAlert",
  tags: ["alerts"],
  summary: "Update Alert",
  description:
    "Changes the status of an alert, adds a note to its timeline, or snoozes it, in any combination. OPEN and ACKNOWLEDGED can become any other status. RESOLVED can become CLOSED. RESOLVED and " +
    "CLOSED can become OPEN again unless a newer alert has their key. Only OPEN and ACKNOWLEDGED alerts can be snoozed; a resolve " +
    "or close ends the snooze. A value that the alert has already changes nothing. " +
    "Other changes are rejected with 409 and the current status, and then nothing changes. The integration's object decides on the change in order " +
    "with the deliveries of the source.",
  ...requireScope("alerts:write"),
  request: {
    params: idParam,
    headers: z.object(ifMatchHeader),
    body: { required: true, content: { "application/json": { schema: requestSchema } } },
  },
  responses: {
    200: { description: "The changed alert", headers: etagHeader, content },
    202: {
      description: "The changed alert. The change is durable, but Postgres does not have it yet",
      headers: etagHeader,
      content,
    },
    204: { description: "As 200, for `Prefer: return=minimal`" },
    ...commonProblems,
    ...bodyProblems,
    ...notFoundProblem,
    ...changeProblems,
  },
});

export function registerUpdateAlert(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { id } = c.req.valid("param");
    const row = await findAlert(connect(c.env), id);
    if (!row) throw noSuch("alert");
    assertAccess(c.get("visibleTeams"), row, c.get("principal"), "alerts:read", "alert");
    const target = { alert: row, expectedVersion: expectedVersion(c, row.version) };
    const { results, isFlushed } = await submitUpdate(c, [target], toUpdate(c.req.valid("json")));
    const changed = assertChanged(results[0]);
    c.header("etag", etagOf(changed.version));
    const stored = isFlushed ? await findAlert(connect(c.env), id) : undefined;
    return stored
      ? c.json(toAlert(stored, c.env.PUBLIC_URL), 200)
      : c.json(withChange(row, changed, c.env.PUBLIC_URL), 202);
  });
}

type Changed = Extract<SubmitResult, { kind: "changed" | "unchanged" | "noted" }>;

function assertChanged(result: SubmitResult | undefined): Changed {
  switch (result?.kind) {
    case "changed":
    case "unchanged":
    case "noted":
      return result;
    case "illegal-move":
    case "illegal-snooze":
      throw new Problem("conflict", result.detail, {
        errors: [{ pointer: result.kind === "illegal-move" ? "/status" : "/snoozedUntil", detail: result.detail }],
        members: { currentStatus: result.status },
      });
    case "version-mismatch":
      throw changedMeanwhile(result.version, { currentStatus: result.status });
    case "unavailable":
      throw new Problem("unavailable", result.detail);
    default:
      throw noSuch("alert");
  }
}

/** Returns the alert as Postgres will have it after the flush. */
const withChange = (row: ShownAlert, { id: _, kind: __, previous: ___, ...changed }: Changed, publicUrl: string) =>
  toAlert(
    {
      ...row,
      ...changed,
      acknowledgedAt: toDateOrNull(changed.acknowledgedAt),
      resolvedAt: toDateOrNull(changed.resolvedAt),
      closedAt: toDateOrNull(changed.closedAt),
      snoozedUntil: toDateOrNull(changed.snoozedUntil),
    },
    publicUrl,
  );

const toDateOrNull = (unixMs: number | null): Date | null => (unixMs === null ? null : new Date(unixMs));
