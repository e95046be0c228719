import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { deliveryStatus, eventAction, eventOutcome, nullable, severity } from "../components.ts";
import { idParam } from "../pagination.ts";
import { suggestedProviderField, suggestionFor } from "../suggested-provider.ts";
import { loadSample, type Sample, sampleFields } from "./dry-run-sample.ts";
import { loadLatest } from "./load-latest.ts";
import { runDry, toRequest, withMapping } from "./run-dry.ts";
import { noSuch, requireScope } from "../require-scope.ts";
import { bodyProblems, commonProblems, idempotencyProblems, notFoundProblem } from "../problems.ts";
import { callObject } from "../../objects/integration/client.ts";
import type { Delivery, DecisionPreview, IntegrationConfig } from "../../objects/integration/rpc.ts";
import { mergePreviews, objectName, shardOf, split } from "../../objects/integration/shards/index.ts";
import type { AlertEvent } from "../../alerts/event.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { toBase64 } from "../../lib/bytes.ts";
import { toIsoOrNull } from "../../lib/time.ts";
import { checkMapping } from "../../providers/custom.ts";
import { mappingSchema } from "../../providers/mapping.ts";
import type { Decided, IncomingRequest } from "../../ingest/delivery.ts";
import { liveDependencies } from "../../ingest/live-dependencies.ts";
import type { LoadedIntegration } from "../../ingest/delivery.ts";
import { Rejection } from "../../ingest/rejection.ts";
import { successStatus } from "../../ingest/respond.ts";

const requestSchema = z
  .strictObject({
    ...sampleFields,
    mapping: mappingSchema
      .optional()
      .describe("Mapping to use instead of the integration's own, to try it before it is saved"),
    includeSample: z
      .boolean()
      .default(false)
      .openapi({ description: "Add the stored delivery to the result, as `sample`" }),
  })
  .check(({ value, issues }) => {
    for (const { field, message } of value.mapping ? checkMapping(value.mapping) : []) {
      issues.push({ code: "custom", input: value, path: ["mapping", field], message });
    }
    if ((value.body === undefined) === (value.deliveryId === undefined)) {
      issues.push({ code: "custom", input: value, path: ["body"], message: "expected either `body` or `deliveryId`" });
    }
  })
  .openapi("DryRun");

const event = z
  .object({
    action: eventAction,
    alertKey: z.string().nullable(),
    externalId: z.string().nullable(),
    title: z.string(),
    description: z.string().nullable(),
    severity: severity,
    source: z.string().nullable(),
    url: z.string().nullable(),
    occurredAt: z.iso.datetime().nullable(),
    endsAcknowledgement: z
      .boolean()
      .openapi({ description: "Whether the trigger ends the acknowledgement of its alert, which is then OPEN again" }),
    startedAt: z.iso.datetime().nullable().openapi({ description: "Start of the episode that a resolve ends" }),
    expiresAt: z.iso.datetime().nullable().openapi({ description: "End of the alert unless the source renews it" }),
    snoozedUntil: z.iso.datetime().nullable().openapi({ description: "End of the snooze that the source asks for" }),
    note: z.string().nullable().openapi({ description: "Comment of a person at the source" }),
    author: z.string().nullable().openapi({ description: "Person who acted at the source" }),
    metadata: z.record(z.string(), z.unknown()),
  })
  .openapi("DryRunEvent");

const responseSchema = z
  .object({
    verification: z.object({
      scheme: z.string(),
      isVerified: z.boolean(),
      secret: z.enum(["current", "previous"]).optional(),
      reason: z.string().optional(),
    }),
    events: z.array(event).openapi({ description: "Events that set the state of an alert" }),
    comments: z.array(event).openapi({ description: "Comments, which change no state" }),
    unreadable: z
      .array(z.string())
      .openapi({ description: "Elements of a batch that cannot be read, each with the reason" }),
    note: z.string().nullable(),
    suggestedProvider: suggestedProviderField(
      "The provider that fits the body better than that of the integration; null: none.",
    ),
    dedupKey: z.object({ kind: z.enum(["key", "fingerprint"]), value: z.string() }).nullable(),
    decision: z
      .object({
        status: deliveryStatus,
        reason: z.string(),
        statusCode: z.int(),
        duplicateOf: z.uuid().nullable(),
        outcomes: z.array(
          z.object({
            alertId: z.uuid().nullable(),
            action: nullable(eventAction),
            outcome: eventOutcome,
            detail: z.string().optional(),
          }),
        ),
        explanation: z.record(z.string(), z.unknown()),
      })
      .openapi({ description: "The decision on this delivery, assuming that it is verified" }),
    sample: z
      .object({
        deliveryId: z.uuid(),
        body: z.string().openapi({ description: "Body in base64" }),
        bodyEncoding: z.literal("base64"),
        headers: z.record(z.string(), z.string()),
        path: z.string(),
      })
      .optional()
      .openapi("DryRunSample", {
        description:
          "With `includeSample`: the stored delivery, in the fields of a request, to change it and try it again",
      }),
  })
  .openapi("DryRunResult");

type Result = z.infer<typeof responseSchema>;

const route = createRoute({
  method: "post",
  path: "/v1/integrations/{id}/dry-run",
  operationId: "dryRunDelivery",
  tags: ["integrations"],
  summary: "Dry-Run Delivery",
  description: "Verifies, reads and decides a delivery, given or stored, and records nothing.",
  ...requireScope("integrations:read"),
  request: {
    params: idParam,
    body: { required: true, content: { "application/json": { schema: requestSchema } } },
  },
  responses: {
    200: { description: "The result", content: { "application/json": { schema: responseSchema } } },
    ...commonProblems,
    ...bodyProblems,
    ...notFoundProblem,
    ...idempotencyProblems,
  },
});

/** Runs a delivery through the pipeline with dependencies that record nothing and request only a preview from the object. */
export function registerDryRun(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { id } = c.req.valid("param");
    const { mapping, includeSample, ...given } = c.req.valid("json");
    const [saved, sample] = await Promise.all([loadLatest(c, id), loadSample(c, id, given)]);
    const integration = withMapping(saved, mapping);
    const result = await dryRun(c, toRequest(c, integration, sample), integration);
    return c.json({ ...result, ...(includeSample && toSampleFields(sample)) }, 200);
  });
}

const toSampleFields = ({ deliveryId, bytes, headers, path }: Sample): Pick<Result, "sample"> =>
  deliveryId === null ? {} : { sample: { deliveryId, body: toBase64(bytes), bodyEncoding: "base64", headers, path } };

async function dryRun(c: Context<AppEnv>, request: IncomingRequest, integration: LoadedIntegration): Promise<Result> {
  const { config } = integration;
  const verified = await liveDependencies(c.env, c.executionCtx).authenticate({ ...request, integration });
  const { headers, body, path, url } = request;
  const suggestedProvider = await suggestionFor(config, { headers, bytes: body.bytes, path: path + url.search });
  const verification = {
    scheme: config.verification.scheme,
    isVerified: verified.isVerified,
    ...(verified.isVerified ? { secret: verified.secret } : { reason: verified.reason }),
  };
  let preview: DecisionPreview | null = null;
  const result = await runDry(c, request, integration, async (delivery) => {
    preview = await previewDecision(c.env, integration, delivery);
    return { kind: "decided", ...preview, alertKeys: [] };
  });
  if (result instanceof Rejection)
    return { verification, suggestedProvider, ...rejected(result.problem.status, result.reason) };
  return {
    verification,
    suggestedProvider,
    ...toResult(result),
    decision: decisionOf(config.isEnabled, result, preview),
  };
}

const toResult = ({ events, note, dedupKey }: Decided) => ({
  events: events.flatMap((item) => ("unreadable" in item || item.action === "note" ? [] : [toEvent(item)])),
  comments: events.flatMap((item) => (!("unreadable" in item) && item.action === "note" ? [toEvent(item)] : [])),
  unreadable: events.flatMap((item) => ("unreadable" in item ? [item.unreadable] : [])),
  note,
  dedupKey,
});

const toEvent = (item: AlertEvent): z.infer<typeof event> => ({
  ...item,
  occurredAt: toIsoOrNull(item.occurredAt),
  startedAt: toIsoOrNull(item.startedAt),
  expiresAt: toIsoOrNull(item.expiresAt),
  snoozedUntil: toIsoOrNull(item.snoozedUntil),
});

const rejected = (statusCode: number, reason: string) => ({
  events: [],
  comments: [],
  unreadable: [],
  note: null,
  dedupKey: null,
  decision: { status: "REJECTED" as const, reason, statusCode, duplicateOf: null, outcomes: [], explanation: {} },
});

function decisionOf(
  isEnabled: boolean,
  { path, integration }: Decided,
  preview: DecisionPreview | null,
): Result["decision"] {
  if (!isEnabled || !preview) return rejected(410, "This integration is disabled. Enable it first.").decision;
  return { ...preview, statusCode: successStatus(integration.provider, path, preview.status) };
}

/** The decision that the integration's objects would make. */
async function previewDecision(env: Env, { config }: LoadedIntegration, delivery: Delivery): Promise<DecisionPreview> {
  const parts = split(delivery, config.sharding);
  return mergePreviews(parts, await Promise.all(parts.map((part) => previewPart(env, config, part.delivery))));
}

async function previewPart(env: Env, config: IntegrationConfig, part: Delivery): Promise<DecisionPreview> {
  const { id, dedupKey, isKeySigned, eventsFingerprint, events, maxLatenessMs, arrivedAt, partition } = part;
  const shard = partition === undefined ? 0 : shardOf(partition, config.sharding?.shards ?? 1);
  const facts = {
    id,
    dedupKey,
    isKeySigned,
    eventsFingerprint,
    events,
    maxLatenessMs,
    arrivedAt,
    ...(partition !== undefined && { partition }),
  };
  const preview = await callObject(env, objectName(config.id, shard), (object) => object.previewDecision(facts));
  if (!preview) throw noSuch("integration");
  return preview;
}
