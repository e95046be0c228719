/** The dependencies of the pipeline on the Workers platform. */
import { connect } from "../db/client.ts";
import { describeError } from "../db/errors.ts";
import { nameTopic } from "../db/integrations.ts";
import { readIngestId } from "../lib/ingest-id.ts";
import { log } from "../lib/log.ts";
import { isFromThisDeployment } from "../lib/loop-mark.ts";
import { isWithinLimit } from "../lib/rate-limit.ts";
import { SECOND } from "../lib/time.ts";
import { announceConfig, pushConfig } from "../objects/integration/announce-config.ts";
import { callObject } from "../objects/integration/client.ts";
import type { IntegrationConfig } from "../objects/integration/rpc.ts";
import type { LoadedIntegration, Received } from "./delivery.ts";
import type { LiveDependencies } from "./dependencies.ts";
import { forgetIntegration, loadIntegration, reloadIntegration } from "./load-integration.ts";
import { logRejection } from "./log-rejection.ts";
import { measure } from "./measure.ts";
import type { HttpDelivery } from "./read-request.ts";
import { recordRejection } from "./record-rejection.ts";
import { secretsOf } from "./redact.ts";
import { unknownIntegration } from "./rejection.ts";
import { submitToObjects } from "./submit-queue.ts";

type Context = Pick<ExecutionContext, "waitUntil">;

const VISIT_TIMEOUT_MS = 5 * SECOND;

export const liveDependencies = (env: Env, context: Context): LiveDependencies => ({
  loadIntegration: (http) => loadOrReject(env, http),
  isLoop: (headers) => isFromThisDeployment(headers, env.AUTH_SECRET),
  authenticate: ({ integration, headers, url, body, receivedAt }) =>
    integration.verify({ headers, url, body: body.bytes }, receivedAt),
  secretsToMask: secretsOf,
  isWithinRate: (integrationId) => isWithinLimit(env.INGEST_LIMITER, integrationId),
  visitSubscribeUrl,
  pinSnsTopic: (delivery, topicArn) => pinSnsTopic(env, context, delivery, topicArn),
  submit: (delivery, config) => submitToObjects(env, context, config, delivery),
  recordRejection: (rejection) => recordRejection(env, rejection),
  reloadIntegration: (config) => reloadIntegration(env, config),
  measure: (measurement) => measure(env, measurement),
  logRejection,
});

async function loadOrReject(env: Env, { id, ingestId }: HttpDelivery): Promise<LoadedIntegration> {
  const integrationId = readIngestId(ingestId, env.INGEST_TAG_KEYS);
  const integration = integrationId === null ? null : await loadIntegration(env, integrationId);
  if (integration) return integration;
  const problem = unknownIntegration();
  logRejection(id, null, problem);
  throw problem;
}

async function visitSubscribeUrl(url: URL): Promise<boolean> {
  try {
    const response = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(VISIT_TIMEOUT_MS) });
    return response.status === 200;
  } catch {
    return false;
  }
}

/** The object pins the topic; Postgres keeps it for the operator, and for an object that loses its storage. */
async function pinSnsTopic(env: Env, context: Context, delivery: Received, topicArn: string): Promise<string> {
  const { config } = delivery.integration;
  const pinned = await callObject(env, config.id, (object) => object.pinTopic(topicArn));
  forgetIntegration(config.id);
  const isNamed = config.verification.scheme === "sns" && config.verification.topicArn !== undefined;
  if (pinned === topicArn && !isNamed) {
    context.waitUntil(
      storeTopic(env, config, topicArn).catch((error: unknown) => {
        log.warn("topic not stored", {
          deliveryId: delivery.id,
          integrationId: config.id,
          error: describeError(error),
        });
      }),
    );
  }
  return pinned;
}

async function storeTopic(env: Env, { id, version, sharding }: IntegrationConfig, topicArn: string): Promise<void> {
  const owner = { id, mostShards: sharding?.most ?? 1, location: null };
  const next = await announceConfig(env, owner, version + 1);
  const row = await nameTopic(connect(env), id, next, topicArn);
  if (row) await pushConfig(env, row);
}
