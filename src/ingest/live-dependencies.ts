/** The dependencies of the pipeline on the Workers platform: at the edge, and in an integration's object. */
import { connect } from "../db/client.ts";
import { describeError } from "../db/errors.ts";
import { nameTopic } from "../db/integrations.ts";
import { log } from "../lib/log.ts";
import { isFromThisDeployment } from "../lib/loop-mark.ts";
import { isWithinLimit } from "../lib/rate-limit.ts";
import { SECOND } from "../lib/time.ts";
import { announceConfig, pushConfig } from "../objects/integration/announce-config.ts";
import { callObject } from "../objects/integration/client.ts";
import type {
  AcceptReply,
  Call,
  Delivery,
  IntegrationConfig,
  Rejection,
  RejectReply,
} from "../objects/integration/rpc.ts";
import type { Received } from "./delivery.ts";
import type { Dependencies, LiveDependencies } from "./dependencies.ts";
import { forgetIntegration, knownIntegration, reloadIntegration } from "./load-integration.ts";
import { logRejection } from "./log-rejection.ts";
import { measure } from "./measure.ts";
import { sendRaw } from "./raw-delivery.ts";
import { recordRejection } from "./record-rejection.ts";
import { secretsOf } from "./redact.ts";
import { submitToObjects } from "./submit-queue.ts";

type Context = Pick<ExecutionContext, "waitUntil">;

const VISIT_TIMEOUT_MS = 2 * SECOND;

/** The dependencies at the edge. */
export const liveDependencies = (env: Env, context: Context): LiveDependencies => ({
  ...sharedDependencies(env),
  knownIntegration: (id) => knownIntegration(env, id),
  sendRaw: (integrationId, request) => sendRaw(env, context, integrationId, request),
  isLoop: (headers) => isFromThisDeployment(headers, env.AUTH_SECRET),
  pinSnsTopic: async (delivery, topicArn) => {
    const { id } = delivery.integration.config;
    const pinned = await callObject(env, id, (object) => object.pinTopic(topicArn));
    return onPinned(env, context, delivery, topicArn, pinned);
  },
  submit: (delivery, config) => submitToObjects(env, context, config, delivery),
  recordRejection: (rejection) =>
    recordRejection(env, rejection, (record) =>
      callObject(env, rejection.delivery.integration.config.id, (object) => object.reject(record)),
    ),
  measure: (measurement) => measure(env, measurement),
  logRejection,
});

/** The calls of an integration's object that its own pipeline needs. */
interface OwnObject {
  accept(call: Call, deliveries: readonly Delivery[]): AcceptReply[] | Promise<AcceptReply[]>;
  reject(rejection: Rejection): RejectReply;
  pinTopic(topicArn: string): string;
}

/** The dependencies inside the integration's object, which calls no other object. */
export const objectDependencies = (env: Env, context: Context, object: OwnObject): Dependencies => ({
  ...sharedDependencies(env),
  pinSnsTopic: async (delivery, topicArn) => onPinned(env, context, delivery, topicArn, object.pinTopic(topicArn)),
  submit: async (delivery) => {
    const [reply] = await object.accept({ caller: delivery.id, number: 0 }, [delivery]);
    return reply ?? { kind: "failed" };
  },
  recordRejection: (rejection) => recordRejection(env, rejection, (record) => object.reject(record)),
});

const sharedDependencies = (env: Env) =>
  ({
    authenticate: ({ integration, headers, url, body, receivedAt }) =>
      integration.verify({ headers, url, body: body.bytes }, receivedAt),
    secretsToMask: secretsOf,
    isWithinRate: (integrationId) => isWithinLimit(env.INGEST_LIMITER, integrationId),
    visitSubscribeUrl,
    reloadIntegration: (config) => reloadIntegration(env, config),
  }) satisfies Partial<Dependencies>;

async function visitSubscribeUrl(url: URL): Promise<boolean> {
  try {
    const response = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(VISIT_TIMEOUT_MS) });
    return response.status === 200;
  } catch {
    return false;
  }
}

/** The object has pinned a topic; Postgres keeps it for the operator, and for an object that loses its storage. */
function onPinned(env: Env, context: Context, delivery: Received, topicArn: string, pinned: string): string {
  const { config } = delivery.integration;
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
