import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { ACTIONS, OUTCOMES, SEVERITIES } from "../../alerts/model.ts";
import { idParam } from "../pagination.ts";
import { ownIntegration } from "./load-for-trial.ts";
import { requireScope } from "../require-scope.ts";
import { bodyProblems, commonProblems, idempotencyProblems, notFoundProblem } from "../problems.ts";
import { callObject } from "../../objects/integration/client.ts";
import type { Delivery, Forecast } from "../../objects/integration/rpc.ts";
import { mergeForecasts, objectName, shardOf, split } from "../../objects/integration/shards/split.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { utf8 } from "../../lib/bytes.ts";
import { Problem } from "../../lib/problem.ts";
import { toIso } from "../../lib/time.ts";
import { checkMapping, mappedProvider } from "../../providers/custom.ts";
import { mappingSchema } from "../../providers/mapping.ts";
import type { VerificationResult } from "../../verification/verifier.ts";
import { compatibilityApiOf } from "../../ingest/respond.ts";
import { MAX_BODY_BYTES } from "../../ingest/read-body.ts";
import type { ReadyIntegration } from "../../ingest/load-integration.ts";
import { type Arrival, bodyProblem, pathBehind, readable, toDelivery, withoutSecrets } from "../../ingest/judge.ts";
import { type ReadDelivery, readDelivery } from "../../ingest/normalize.ts";

const dryRunSchema = z
  .strictObject({
    body: z
      .string()
      .openapi({ description: "The body of a delivery, as text", example: '{"title":"Disk almost full on db-1"}' }),
    headers: z
      .record(z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/), z.string().max(8192))
      .default({})
      .openapi({ description: "Its headers", example: { "content-type": "application/json" } }),
    path: z
      .string()
      .max(1024)
      .regex(/^(\/.*)?$/)
      .default("")
      .openapi({ description: "What follows the ingest URL, with its query" }),
    mapping: mappingSchema
      .optional()
      .describe("Read by this mapping instead of the integration's own: to try one before it is saved"),
  })
  .check(({ value, issues }) => {
    for (const { field, message } of value.mapping ? checkMapping(value.mapping) : []) {
      issues.push({ code: "custom", input: value, path: ["mapping", field], message });
    }
  })
  .openapi("DryRun");

const event = z.object({
  action: z.enum(ACTIONS),
  alertKey: z.string().nullable(),
  externalId: z.string().nullable(),
  title: z.string(),
  description: z.string().nullable(),
  severity: z.enum(SEVERITIES),
  source: z.string().nullable(),
  url: z.string().nullable(),
  occurredAt: z.iso.datetime().nullable(),
  metadata: z.record(z.string(), z.unknown()),
});

const resultSchema = z
  .object({
    verification: z.object({
      scheme: z.string(),
      isVerified: z.boolean(),
      secret: z.enum(["current", "previous"]).optional(),
      reason: z.string().optional(),
    }),
    events: z.array(event),
    unreadable: z.array(z.string()).openapi({ description: "Elements of a batch that cannot be read, and why" }),
    note: z.string().nullable(),
    dedupKey: z.object({ kind: z.enum(["key", "fingerprint"]), value: z.string() }).nullable(),
    decision: z
      .object({
        status: z.enum(["ACCEPTED", "DUPLICATE", "REJECTED"]),
        reason: z.string(),
        statusCode: z.int(),
        duplicateOf: z.uuid().nullable(),
        outcomes: z.array(
          z.object({
            alertId: z.uuid().nullable(),
            action: z.enum(ACTIONS).nullable(),
            outcome: z.enum(OUTCOMES),
            detail: z.string().optional(),
          }),
        ),
        explanation: z.record(z.string(), z.unknown()),
      })
      .openapi({ description: "What would become of it, were it verified" }),
  })
  .openapi("DryRunResult");

type Result = z.infer<typeof resultSchema>;

const route = createRoute({
  method: "post",
  path: "/v1/integrations/{id}/dry-run",
  operationId: "dryRun",
  tags: ["integrations"],
  summary: "How a delivery would be verified, read and decided; nothing is recorded",
  ...requireScope("integrations:read"),
  request: {
    params: idParam,
    body: { required: true, content: { "application/json": { schema: dryRunSchema } } },
  },
  responses: {
    200: { description: "What would become of it", content: { "application/json": { schema: resultSchema } } },
    ...commonProblems,
    ...bodyProblems,
    ...notFoundProblem,
    ...idempotencyProblems,
  },
});

/** The way of a delivery without its end: the very code that judges, and a decision that changes nothing. */
export function registerDryRun(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const own = await ownIntegration(c, c.req.valid("param").id);
    const { body, headers, path, mapping } = c.req.valid("json");
    if (mapping && own.config.provider !== "custom") {
      throw new Problem("conflict", "Only an integration with the provider `custom` reads by a mapping.");
    }
    const integration = mapping ? { ...own, provider: mappedProvider(own.provider, mapping) } : own;
    const bytes = utf8(body);
    if (bytes.length > MAX_BODY_BYTES) throw new Problem("too-large", `A body may have ${MAX_BODY_BYTES} bytes.`);
    const url = new URL(`/in/${integration.config.id}${path}`, c.req.url);
    const arrival: Arrival = {
      id: c.get("requestId"),
      url,
      path: pathBehind(url),
      headers: toHeaders(headers),
      body: { bytes, isTooLarge: false, announcedBytes: bytes.length },
      receivedAt: Date.now(),
    };
    return c.json(await dryRun(c.env, arrival, integration), 200);
  });
}

async function dryRun(env: Env, request: Arrival, integration: ReadyIntegration): Promise<Result> {
  const { config, provider, verify } = integration;
  const { headers, url, body, receivedAt, path } = request;
  const verdict = await verify({ headers, url, body: body.bytes }, receivedAt);
  const verification = {
    scheme: config.verification.scheme,
    isVerified: verdict.isVerified,
    ...(verdict.isVerified ? { secret: verdict.secret } : { reason: verdict.reason }),
  };
  if (path !== "" && !compatibilityApiOf(provider, path)) {
    return { verification, ...refused(404, `an integration for ${provider.name} takes nothing on this path`) };
  }
  const arrival = withoutSecrets(request, integration);
  try {
    const read = await readDelivery(readable(arrival), { ...config, provider });
    return { verification, ...told(read), decision: await forecast(env, arrival, integration, verdict, read) };
  } catch (error) {
    const problem = bodyProblem(error);
    if (!problem) throw error;
    return { verification, ...refused(problem.status, problem.message) };
  }
}

const told = (read: ReadDelivery) => ({
  events: read.events.flatMap((one) =>
    "unreadable" in one ? [] : [{ ...one, occurredAt: one.occurredAt === null ? null : toIso(one.occurredAt) }],
  ),
  unreadable: read.events.flatMap((one) => ("unreadable" in one ? [one.unreadable] : [])),
  note: read.note,
  dedupKey: read.dedupKey,
});

const refused = (statusCode: number, reason: string) => ({
  events: [],
  unreadable: [],
  note: null,
  dedupKey: null,
  decision: { status: "REJECTED" as const, reason, statusCode, duplicateOf: null, outcomes: [], explanation: {} },
});

async function forecast(
  env: Env,
  arrival: Arrival,
  integration: ReadyIntegration,
  verdict: VerificationResult,
  read: ReadDelivery,
): Promise<Result["decision"]> {
  const { config } = integration;
  if (!config.isEnabled) return refused(410, "the integration is disabled").decision;
  const delivery = toDelivery(arrival, integration, verdict, read);
  const { statusCodes } = delivery;
  const parts = split(delivery, config.sharding);
  const forecasts = await Promise.all(parts.map((part) => forecastPart(env, integration, part.delivery)));
  const decided = mergeForecasts(parts, forecasts);
  const statusCode = (decided.status === "ACCEPTED" ? statusCodes?.accepted : statusCodes?.duplicate) ?? 202;
  return { ...decided, statusCode };
}

async function forecastPart(env: Env, { config }: ReadyIntegration, part: Delivery): Promise<Forecast> {
  const { id, dedupKey, events, maxLatenessMs, partition } = part;
  const shard = partition === undefined ? 0 : shardOf(partition, config.sharding?.shards ?? 1);
  const facts = { id, dedupKey, events, maxLatenessMs, ...(partition !== undefined && { partition }) };
  const foreseen = await callObject(env, objectName(config.id, shard), (object) => object.forecast(facts));
  if (!foreseen) throw new Problem("not-found", "There is no such integration.");
  return foreseen;
}

/** @throws Problem for a value that no header can have */
function toHeaders(headers: Record<string, string>): Headers {
  try {
    return new Headers(headers);
  } catch {
    throw new Problem("invalid-request", "A header has a value that none can have.", {
      errors: [{ pointer: "/headers", detail: "not a header value" }],
    });
  }
}
