import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { AlertEvent } from "../../alerts/event.ts";
import { latestWithBody, type Replayable } from "../../db/replayable.ts";
import type { LoadedIntegration } from "../../ingest/delivery.ts";
import { Rejection } from "../../ingest/rejection.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { checkMapping } from "../../providers/custom.ts";
import { mappingSchema } from "../../providers/mapping.ts";
import { deliveryStatus, eventAction, severity } from "../components.ts";
import { toSample } from "../integrations/dry-run-sample.ts";
import { loadLatest } from "../integrations/load-latest.ts";
import { runDry, toRequest, withMapping } from "../integrations/run-dry.ts";
import { instant } from "../pagination.ts";
import { bodyProblems, commonProblems, idempotencyProblems, notFoundProblem } from "../problems.ts";
import { database } from "../request-scope.ts";
import { requireScope } from "../require-scope.ts";
import { readReplayFilter, requireOne, selectionFields } from "./replay-selection.ts";

/** Each is read and normalized in this one request. */
const MAX_PREVIEWS = 50;

const MAX_EVENTS = 10;

const requestSchema = z
  .strictObject({
    ...selectionFields,
    mapping: mappingSchema
      .optional()
      .describe("Mapping to use instead of the integration's own, to try it before it is saved"),
    limit: z
      .int()
      .min(1)
      .max(MAX_PREVIEWS)
      .default(30)
      .openapi({ description: "Maximum number of deliveries: the latest received" }),
  })
  .refine(...requireOne)
  .check(({ value, issues }) => {
    for (const { field, message } of value.mapping ? checkMapping(value.mapping) : [])
      issues.push({ code: "custom", input: value, path: ["mapping", field], message });
  })
  .openapi("ReplayPreviewRequest", {
    example: { filter: { integrationId: "6f1c2b34-5a2e-4a55-9c0e-3f7c8a1b2c3d", since: "2026-10-01T12:00:00Z" } },
  });

const previewSchema = z
  .object({
    deliveryId: z.uuid(),
    receivedAt: instant,
    status: deliveryStatus.openapi({ description: "The recorded decision" }),
    isReadable: z.boolean().openapi({ description: "Whether the current settings can read the delivery" }),
    reason: z.string().nullable().openapi({ description: "Why it cannot be read; null: it can" }),
    events: z
      .array(
        z
          .object({ action: eventAction, title: z.string(), severity, alertKey: z.string().nullable() })
          .openapi("PreviewedEvent"),
      )
      .openapi({ description: `The first ${MAX_EVENTS} events` }),
    eventCount: z.int().openapi({ description: "Number of events" }),
    unreadable: z.int().openapi({ description: "Number of elements of a batch that cannot be read" }),
  })
  .openapi("ReplayPreview");

const responseSchema = z
  .object({
    results: z.array(previewSchema).openapi({ description: "The previews, the latest received first" }),
    readable: z.int().openapi({ description: "Number of deliveries that can be read" }),
  })
  .openapi("ReplayPreviews");

const route = createRoute({
  method: "post",
  path: "/v1/deliveries/replay/preview",
  operationId: "previewReplay",
  tags: ["deliveries"],
  summary: "Preview Replay",
  description:
    "Reads stored deliveries with the current settings of their integration, or with another mapping, and records nothing. Leaves out " +
    "deliveries without a complete body. Large bodies make the response shorter than `limit`.",
  ...requireScope("deliveries:read"),
  request: { body: { required: true, content: { "application/json": { schema: requestSchema } } } },
  responses: {
    200: { description: "The previews", content: { "application/json": { schema: responseSchema } } },
    ...commonProblems,
    ...bodyProblems,
    ...notFoundProblem,
    ...idempotencyProblems,
  },
});

export function registerPreviewReplay(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { filter: given, ids = [], mapping, limit } = c.req.valid("json");
    const { filter, visibleTeams } = given
      ? await readReplayFilter(c, given)
      : { filter: ids, visibleTeams: c.get("visibleTeams") };
    const rows = await latestWithBody(database(c), visibleTeams, filter, limit);
    const integrations = new Map<string, LoadedIntegration>();
    for (const { integrationId: id } of rows)
      if (!integrations.has(id)) integrations.set(id, withMapping(await loadLatest(c, id), mapping));
    const results: Preview[] = [];
    // One by one: each may be large.
    for (const row of rows) {
      const integration = integrations.get(row.integrationId);
      if (integration) results.push(await preview(c, row, integration));
    }
    return c.json({ results, readable: results.filter(({ isReadable }) => isReadable).length }, 200);
  });
}

type Preview = z.infer<typeof previewSchema>;

async function preview(c: Context<AppEnv>, row: Replayable, integration: LoadedIntegration): Promise<Preview> {
  const request = toRequest(c, integration, toSample(row));
  const result = await runDry(c, request, integration, () =>
    Promise.resolve({
      kind: "decided",
      status: "ACCEPTED",
      duplicateOf: null,
      outcomes: [],
      alertKeys: [],
      reason: "",
    }),
  );
  const known = { deliveryId: row.id, receivedAt: row.receivedAt.toISOString(), status: row.status };
  if (result instanceof Rejection)
    return { ...known, isReadable: false, reason: result.reason, events: [], eventCount: 0, unreadable: 0 };
  const events = result.events.filter((event): event is AlertEvent => "action" in event);
  return {
    ...known,
    isReadable: true,
    reason: null,
    events: events
      .slice(0, MAX_EVENTS)
      .map(({ action, title, severity: level, alertKey }) => ({ action, title, severity: level, alertKey })),
    eventCount: events.length,
    unreadable: result.events.length - events.length,
  };
}
