import { type OpenAPIHono, z } from "@hono/zod-openapi";
import { OUTCOMES } from "../alerts/model.ts";
import type { AppEnv } from "../lib/app-env.ts";
import { PROVIDERS } from "../providers/index.ts";
import { commonProblems, notFoundProblem, problemSchema } from "./problems.ts";

const alerts = z
  .array(
    z.object({
      id: z.uuid().nullable().openapi({ description: "null: the event concerns no alert" }),
      outcome: z.enum(OUTCOMES).openapi({ description: "What the event did" }),
      detail: z.string().optional().openapi({ description: "Why, where it did nothing" }),
    }),
  )
  .openapi({ description: "One for each event of the delivery, in its order" });

const deliveryId = z.uuid().openapi({ description: "Under which `GET /v1/deliveries/{id}` shows it" });

const params = z.object({
  integrationId: z.uuid().openapi({ description: "The integration's id, as its ingest URL has it" }),
});

const pathParameters = {
  identifier: {
    description: "The alert's alias; or its id or tiny id, as `identifierType` says",
    example: "db-1-disk",
  },
  call: {
    description: "`acknowledge`, `unacknowledge`, `close`, or another call, which changes nothing",
    example: "acknowledge",
  },
};

/** A delivery as the provider's source sends it. */
const sampleBody = (providerId: string): unknown => PROVIDERS.get(providerId)?.sample.body;

/** The APIs of other services that an integration takes the place of. */
const INBOUND: {
  path: string;
  operationId: string;
  summary: string;
  example: unknown;
}[] = [
  {
    path: "/v2/enqueue",
    operationId: "pagerdutyEnqueue",
    summary: "PagerDuty's Events API v2 (provider `pagerduty`)",
    example: sampleBody("pagerduty"),
  },
  {
    path: "/v2/change/enqueue",
    operationId: "pagerdutyChange",
    summary: "PagerDuty's change events (provider `pagerduty`)",
    example: {
      routing_key: "0123456789abcdef0123456789abcdef",
      payload: { summary: "Build 42 deployed to db-1", source: "ci", timestamp: "2026-09-21T14:13:20.000+0000" },
    },
  },
  {
    path: "/generic/2010-04-15/create_event.json",
    operationId: "pagerdutyCreateEvent",
    summary: "PagerDuty's Events API v1 (provider `pagerduty-events-v1`)",
    example: sampleBody("pagerduty-events-v1"),
  },
  {
    path: "/v2/alerts",
    operationId: "opsgenieCreate",
    summary: "Opsgenie's Alert API: create (provider `opsgenie`)",
    example: sampleBody("opsgenie"),
  },
  {
    path: "/v2/alerts/{identifier}/{call}",
    operationId: "opsgenieCall",
    summary:
      "Opsgenie's Alert API: acknowledge, unacknowledge, close, and calls that change nothing (provider `opsgenie`)",
    example: { user: "monitoring@example.com", note: "Looking into it" },
  },
  {
    path: "/api/v2/alerts",
    operationId: "alertmanagerAlerts",
    summary: "Alertmanager's API v2 (provider `victoriametrics`)",
    example: sampleBody("victoriametrics"),
  },
];

/** An answer in that service's own words; what is no call of its API is refused in ours. */
const inboundAnswer = (description: string, isRefusal: boolean) => ({
  description,
  content: {
    "application/json": {
      schema: z.record(z.string(), z.unknown()).openapi({ description: "As that service's API answers" }),
    },
    ...(isRefusal && { "application/problem+json": { schema: problemSchema } }),
  },
});

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
    request: {
      params,
      body: {
        required: true,
        content: { "application/json": { schema: z.unknown().openapi({ example: sampleBody("generic") }) } },
      },
    },
    responses: {
      200: {
        description: "A repeat of a delivery that was accepted before",
        content: {
          "application/json": {
            schema: z.object({
              deliveryId,
              status: z.literal("duplicate"),
              duplicateOf: z.uuid().openapi({ description: "The delivery that was accepted" }),
              alerts,
            }),
          },
        },
      },
      202: {
        description: "Accepted: durable, and in Postgres exactly once",
        content: {
          "application/json": { schema: z.object({ deliveryId, status: z.literal("accepted"), alerts }) },
        },
      },
      400: commonProblems[400],
      401: { ...commonProblems[401], description: "The delivery could not be verified" },
      ...notFoundProblem,
      410: { ...commonProblems[400], description: "The integration is disabled" },
      413: { ...commonProblems[400], description: "The body is larger than 1 MiB" },
      415: { ...commonProblems[400], description: "The body is in a format that is not taken" },
      429: { ...commonProblems[429], description: "No room for the moment, to senders that try again on 429 alone" },
      500: commonProblems[500],
      503: commonProblems[503],
    },
  });
  for (const { path, operationId, summary, example } of INBOUND) {
    const names = Object.entries(pathParameters)
      .filter(([name]) => path.includes(`{${name}}`))
      .map(([name, words]) => [name, z.string().openapi(words)]);
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
        body: {
          // A call upon an alert says all in its path.
          required: !path.includes("{call}"),
          content: { "application/json": { schema: z.unknown().openapi({ example }) } },
        },
      },
      responses: {
        "2XX": inboundAnswer("Taken", false),
        "4XX": inboundAnswer("Refused", true),
        "5XX": inboundAnswer("Try again", true),
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
