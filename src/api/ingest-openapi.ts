import { type OpenAPIHono, z } from "@hono/zod-openapi";
import { eventOutcome } from "./components.ts";
import type { AppEnv } from "../lib/app-env.ts";
import { INGEST_ID } from "../lib/ingest-id.ts";
import { PROVIDERS } from "../providers/index.ts";
import { commonProblems, notFoundProblem, problemSchema } from "./problems.ts";

const alerts = z
  .array(
    z
      .object({
        id: z.uuid().nullable().openapi({ description: "Alert of the event; null if it has none" }),
        outcome: eventOutcome.openapi({ description: "Effect of the event" }),
        detail: z.string().optional().openapi({ description: "Why the event had no effect" }),
      })
      .openapi("ReceiptAlert"),
  )
  .openapi({ description: "One outcome per event of the delivery, in its order" });

const reason = z.string().openapi({
  description: "The decision in one sentence. The record of the delivery adds notes on its content",
  example: "accepted: repeats with the same content are duplicates until 2026-10-01T12:15:00.000Z",
});

const deliveryId = z.uuid().openapi({ description: "Id for `GET /v1/deliveries/{id}`" });

const params = z.object({
  ingestId: z.string().regex(INGEST_ID).openapi({
    description: "Last part of the integration's `ingestUrl`",
    example: "agikl4tnhrfr5hyaaerukz4jvmzrgyzrkc",
  }),
});

const pathParameters = {
  identifier: {
    description: "Alias of the alert; or its id or tiny id, depending on `identifierType`",
    example: "db-1-disk",
  },
  call: {
    description:
      "`acknowledge`, `unacknowledge`, `close`, `delete`, `snooze` or `notes`. Other calls are accepted and change nothing",
    example: "acknowledge",
  },
};

/** Returns a sample delivery of a provider. */
const sampleBody = (providerId: string): unknown => PROVIDERS.get(providerId)?.sample.body;

interface CompatibilityRoute {
  path: string;
  operationId: string;
  summary: string;
  /** The API that the route is compatible with. */
  api: string;
  /** Id of the provider whose integrations have the route. */
  provider: string;
  example: unknown;
}

const COMPATIBILITY_ROUTES: readonly CompatibilityRoute[] = [
  {
    path: "/v2/enqueue",
    operationId: "pagerdutyEnqueue",
    summary: "Send PagerDuty Event",
    api: "PagerDuty Events API v2",
    provider: "pagerduty",
    example: sampleBody("pagerduty"),
  },
  {
    path: "/v2/change/enqueue",
    operationId: "pagerdutyChange",
    summary: "Send PagerDuty Change Event",
    api: "PagerDuty Change Events API",
    provider: "pagerduty",
    example: {
      routing_key: "0123456789abcdef0123456789abcdef",
      payload: { summary: "Build 42 deployed to db-1", source: "ci", timestamp: "2026-09-21T14:13:20.000+0000" },
    },
  },
  {
    path: "/generic/2010-04-15/create_event.json",
    operationId: "pagerdutyCreateEvent",
    summary: "Send PagerDuty V1 Event",
    api: "PagerDuty Events API v1",
    provider: "pagerduty-events-v1",
    example: sampleBody("pagerduty-events-v1"),
  },
  {
    path: "/v2/alerts",
    operationId: "opsgenieCreate",
    summary: "Create Opsgenie Alert",
    api: "Opsgenie Alert API",
    provider: "opsgenie",
    example: sampleBody("opsgenie"),
  },
  {
    path: "/v2/alerts/{identifier}/{call}",
    operationId: "opsgenieCall",
    summary: "Update Opsgenie Alert",
    api: "Opsgenie Alert API",
    provider: "opsgenie",
    example: { user: "monitoring@example.com", note: "Looking into it" },
  },
  {
    path: "/api/v2/alerts",
    operationId: "alertmanagerAlerts",
    summary: "Send Alertmanager Alerts",
    api: "Alertmanager API v2",
    provider: "alertmanager",
    example: [
      {
        labels: { alertname: "DiskFull", instance: "db-1:9100", severity: "critical" },
        annotations: { summary: "Disk almost full on db-1" },
        startsAt: "2026-09-21T14:13:20Z",
        endsAt: "2026-09-21T14:17:20Z",
        generatorURL: "http://prometheus.example.com:9090/graph?g0.expr=disk",
      },
    ],
  },
];

/** https://docs.opsgenie.com/docs/response */
const opsgenieHeaders = {
  "x-response-time": { description: "Seconds that the request took", schema: { type: "string" as const } },
  "x-ratelimit-state": { description: "Always `OK`", schema: { type: "string" as const } },
};

/** Responses of a compatibility API have its format. Calls that it does not have are rejected with a problem. */
const compatibilityResponse = (description: string, provider: string, isError: boolean) => ({
  description,
  headers: provider === "opsgenie" ? opsgenieHeaders : {},
  content: {
    "application/json": {
      schema: z.unknown().openapi({ description: "In the format of the other API" }),
    },
    ...(isError && { "application/problem+json": { schema: problemSchema } }),
  },
});

/** Documents the routes of src/ingest. They have no zod schemas, because ingest does not validate by schema. */
export function registerIngestDocs(app: OpenAPIHono<AppEnv>): void {
  registerDeliver(app);
  for (const route of COMPATIBILITY_ROUTES) registerCompatibilityRoute(app, route);
  registerProbe(app);
}

function registerDeliver(app: OpenAPIHono<AppEnv>): void {
  app.openAPIRegistry.registerPath({
    method: "post",
    path: "/in/{ingestId}",
    operationId: "deliver",
    tags: ["ingest"],
    summary: "Send Delivery",
    description:
      "Sends a webhook to an integration. The verification settings of the integration define how it is signed or authenticated. " +
      "PUT is accepted like POST, because some sources send only PUT. Form, multipart and text bodies are accepted if the source sends them.",
    security: [],
    request: {
      params,
      body: {
        required: true,
        content: { "application/json": { schema: z.unknown().openapi({ example: sampleBody("generic") }) } },
      },
    },
    responses: {
      200: {
        description: "Duplicate of an earlier delivery",
        content: {
          "application/json": {
            schema: z
              .object({
                deliveryId,
                status: z.literal("duplicate"),
                duplicateOf: z.uuid().openapi({ description: "The accepted delivery" }),
                reason,
                alerts,
              })
              .openapi("DuplicateReceipt"),
          },
        },
      },
      202: {
        description: "Accepted: the delivery is durable and will be in Postgres exactly once",
        content: {
          "application/json": {
            schema: z.object({ deliveryId, status: z.literal("accepted"), reason, alerts }).openapi("Receipt"),
          },
        },
      },
      400: commonProblems[400],
      401: { ...commonProblems[401], description: "Verification failed" },
      ...notFoundProblem,
      410: { ...commonProblems[400], description: "The integration is disabled" },
      413: { ...commonProblems[400], description: "Request body exceeds 1 MiB" },
      415: { ...commonProblems[400], description: "Unsupported body format" },
      429: { ...commonProblems[429], description: "Overloaded, for sources that retry only after 429" },
      500: commonProblems[500],
      503: commonProblems[503],
    },
  });
}

function registerCompatibilityRoute(
  app: OpenAPIHono<AppEnv>,
  { path, operationId, summary, api, provider, example }: CompatibilityRoute,
): void {
  const names = Object.entries(pathParameters)
    .filter(([name]) => path.includes(`{${name}}`))
    .map(([name, description]) => [name, z.string().openapi(description)]);
  app.openAPIRegistry.registerPath({
    method: "post",
    path: `/in/{ingestId}${path}`,
    operationId,
    tags: ["ingest"],
    summary,
    description: `${api}, for integrations of the provider \`${provider}\`. Responses and errors have the format of that API.`,
    security: [],
    request: {
      params: params.extend(Object.fromEntries(names) as Record<string, z.ZodString>),
      body: {
        // The path alone can describe the call of an alert.
        required: !path.includes("{call}"),
        content: { "application/json": { schema: z.unknown().openapi({ example }) } },
      },
    },
    responses: {
      "2XX": compatibilityResponse("Accepted", provider, false),
      "4XX": compatibilityResponse("Rejected", provider, true),
      "5XX": compatibilityResponse("Temporary error; retry", provider, true),
    },
  });
}

function registerProbe(app: OpenAPIHono<AppEnv>): void {
  app.openAPIRegistry.registerPath({
    method: "get",
    path: "/in/{ingestId}",
    operationId: "probe",
    tags: ["ingest"],
    summary: "Check Ingest URL",
    description: "Checks that the URL is reachable. The response is the same for every id.",
    security: [],
    request: { params },
    responses: {
      200: {
        description: "The URL is reachable",
        content: { "application/json": { schema: z.object({ status: z.literal("reachable"), detail: z.string() }) } },
      },
      ...notFoundProblem,
    },
  });
}
