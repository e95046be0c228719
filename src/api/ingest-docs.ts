import { type OpenAPIHono, z } from "@hono/zod-openapi";
import { OUTCOMES } from "../alerts/model.ts";
import type { AppEnv } from "../lib/app-env.ts";
import { commonProblems, notFoundProblem } from "./problems.ts";

const alerts = z.array(z.object({ id: z.uuid().nullable(), outcome: z.enum(OUTCOMES), detail: z.string().optional() }));

const params = z.object({ integrationId: z.uuid() });

/** The APIs of other services that an integration takes the place of. */
const INBOUND = [
  { path: "/v2/enqueue", operationId: "pagerdutyEnqueue", summary: "PagerDuty's Events API v2 (provider `pagerduty`)" },
  {
    path: "/v2/change/enqueue",
    operationId: "pagerdutyChange",
    summary: "PagerDuty's change events (provider `pagerduty`)",
  },
  {
    path: "/generic/2010-04-15/create_event.json",
    operationId: "pagerdutyCreateEvent",
    summary: "PagerDuty's Events API v1 (provider `pagerduty-events-v1`)",
  },
  { path: "/v2/alerts", operationId: "opsgenieCreate", summary: "Opsgenie's Alert API: create (provider `opsgenie`)" },
  {
    path: "/v2/alerts/{identifier}/{call}",
    operationId: "opsgenieCall",
    summary: "Opsgenie's Alert API: acknowledge, unacknowledge, close, and calls that change nothing",
  },
  {
    path: "/api/v2/alerts",
    operationId: "alertmanagerAlerts",
    summary: "Alertmanager's API v2 (provider `victoriametrics`)",
  },
] as const;

/** Documents the ingest route, which the fast path of src/ingest serves without validation by schema. */
export function registerIngestDocs(app: OpenAPIHono<AppEnv>): void {
  app.openAPIRegistry.registerPath({
    method: "post",
    path: "/in/{integrationId}",
    operationId: "deliver",
    tags: ["ingest"],
    summary: "Deliver a webhook, proven as the integration's verification settings say",
    description: "PUT is as good as POST. Forms, multipart and text are taken where the provider's source sends them.",
    security: [],
    request: { params, body: { content: { "application/json": { schema: z.unknown() } } } },
    responses: {
      200: {
        description: "A repeat of a delivery that was accepted before",
        content: {
          "application/json": {
            schema: z.object({ deliveryId: z.uuid(), status: z.literal("duplicate"), duplicateOf: z.uuid(), alerts }),
          },
        },
      },
      202: {
        description: "Accepted: durable, and in Postgres exactly once",
        content: {
          "application/json": { schema: z.object({ deliveryId: z.uuid(), status: z.literal("accepted"), alerts }) },
        },
      },
      400: commonProblems[400],
      401: { ...commonProblems[401], description: "The delivery could not be verified" },
      ...notFoundProblem,
      410: { ...commonProblems[400], description: "The integration is disabled" },
      413: { ...commonProblems[400], description: "The body is larger than 1 MiB" },
      415: { ...commonProblems[400], description: "The body is in a format that is not taken" },
      500: commonProblems[500],
      503: commonProblems[503],
    },
  });
  for (const { path, operationId, summary } of INBOUND) {
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => [name, z.string()]);
    app.openAPIRegistry.registerPath({
      method: "post",
      path: `/in/{integrationId}${path}`,
      operationId,
      tags: ["ingest"],
      summary,
      description: "Answered as that service answers, errors too",
      security: [],
      request: {
        params: params.extend(Object.fromEntries(names) as Record<string, z.ZodString>),
        body: { content: { "application/json": { schema: z.unknown() } } },
      },
      responses: {
        "2XX": { description: "Taken" },
        "4XX": { description: "Refused" },
        "5XX": { description: "Try again" },
      },
    });
  }
  app.openAPIRegistry.registerPath({
    method: "get",
    path: "/in/{integrationId}",
    operationId: "probe",
    tags: ["ingest"],
    summary: "Whether the URL is reachable; the same for every id",
    security: [],
    request: { params },
    responses: {
      200: {
        description: "It is",
        content: { "application/json": { schema: z.object({ status: z.literal("reachable"), detail: z.string() }) } },
      },
      ...notFoundProblem,
    },
  });
}
