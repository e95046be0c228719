import { Hono } from "hono";
import { callObject } from "../objects/integration/client.ts";
import { handOver } from "./submit.ts";
import type { IntegrationConfig } from "../objects/integration/rpc.ts";
import { isUuid, newId } from "../lib/ids.ts";
import { isOwn } from "../lib/loop-mark.ts";
import { Problem } from "../lib/problem.ts";
import { addressOf, isWithinLimit } from "../lib/rate-limit.ts";
import { SECOND } from "../lib/time.ts";
import { type Decided, compatibilityApiOf, overloaded, rejectionAnswer, successAnswer } from "./respond.ts";
import { readBody } from "./read-body.ts";
import { isKnown, learn, type ReadyIntegration, readyIntegration } from "./load-integration.ts";
import { type Arrival, judge, pathBehind, refuseForNow } from "./judge.ts";
import { logRejection, measure } from "./report.ts";
import { confirmSubscription } from "./confirm-sns-subscription.ts";
import { countFailure, failsOften, tooManyFailures } from "./limit-failures.ts";
import { leaveTrace, omitTrace } from "./record-rejection.ts";
import type { AppEnv } from "../lib/app-env.ts";

/** A config may change while a request is judged, but hardly more often than this. */
const MAX_JUDGEMENTS = 4;

/** With a config this fresh, a rejection stands without asking the object again. */
const FRESH_MS = SECOND;

/** Opsgenie's aliases have up to 512 characters, each up to nine in a URL. */
const MAX_PATH = 8192;

/** The way of a delivery at the edge. */
export const ingest = new Hono<AppEnv>();

ingest.use((c, next) => {
  c.set("requestId", newId());
  return next();
});

ingest.get("/:integrationId", (c) => {
  if (!isUuid(c.req.param("integrationId"))) throw noSuchIntegration();
  // The same for every id: whoever looks learns that the URL is reachable, and nothing else.
  return c.json({ status: "reachable", detail: "Send deliveries here with POST." });
});

// Senders of CloudEvents ask first whether they are welcome; the secret decides whether they are.
// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/http-webhook.md#4-abuse-protection
ingest.options("/:integrationId", (c) => {
  if (!isUuid(c.req.param("integrationId"))) throw noSuchIntegration();
  const origin = c.req.header("webhook-request-origin");
  if (origin !== undefined) {
    c.header("webhook-allowed-origin", origin);
    c.header("webhook-allowed-rate", "*");
  }
  c.header("allow", "GET, POST, PUT, OPTIONS");
  return c.body(null, 200);
});

// Grafana and Kibana can be told to PUT; Opsgenie's clients DELETE an alert.
ingest.on(
  ["POST", "PUT", "DELETE"],
  ["/:integrationId/", "/:integrationId", "/:integrationId/:path{.+}"],
  async (c) => {
    const startedAt = Date.now();
    const integrationId = c.req.param("integrationId").toLowerCase();
    if (!isUuid(integrationId)) throw noSuchIntegration();
    const integration = await lookUp(c.env, integrationId, c.get("requestId"), addressOf(c.req.raw.headers));

    const url = new URL(c.req.url);
    const path = pathOf(c.req.method, url);
    const arrival: Arrival = {
      id: c.get("requestId"),
      url,
      path,
      headers: c.req.raw.headers,
      body: await readBody(c.req.raw),
      receivedAt: Date.now(),
      isOwn: await isOwn(c.req.raw.headers, c.env.AUTH_SECRET),
    };
    const { provider } = integration;
    const measured = { integrationId, provider: provider.id, startedAt, bodyBytes: arrival.body.bytes.length };
    try {
      if (arrival.path !== "" && !compatibilityApiOf(provider, arrival.path)) throw noSuchPath(provider.name);
      const decided = await deliver(c.env, c.executionCtx, arrival, integration);
      const answer = successAnswer(provider, arrival, decided);
      measure(c.env, { ...measured, outcome: decided.status === "DUPLICATE" ? "duplicate" : "accepted" });
      return answer;
    } catch (error) {
      if (!(error instanceof Problem)) {
        measure(c.env, { ...measured, outcome: "failed" });
        throw error;
      }
      measure(c.env, { ...measured, outcome: "rejected", statusCode: error.status });
      logRejection(arrival.id, integrationId, error);
      return rejectionAnswer(provider, arrival, error);
    }
  },
);

/** What follows the ingest URL. A DELETE says in its method what others say at the end of their path. */
function pathOf(method: string, url: URL): string {
  const path = pathBehind(url) + (method === "DELETE" ? "/delete" : "");
  if (path.length > MAX_PATH) throw new Problem("not-found", "There is nothing on a path that long.");
  return path;
}

/** Who failed often of late must not make up one id after the other, each of which wakes an object. */
async function lookUp(env: Env, id: string, deliveryId: string, address: string): Promise<ReadyIntegration> {
  if (!isKnown(id) && failsOften(address)) throw tooManyFailures();
  const integration = await readyIntegration(env, id);
  if (integration) return integration;
  const problem = (await countFailure(env, address)) ? noSuchIntegration() : tooManyFailures();
  logRejection(deliveryId, null, problem);
  throw problem;
}

const noSuchIntegration = () => new Problem("not-found", "There is no such integration.");

const noSuchPath = (provider: string) =>
  new Problem("not-found", `An integration for ${provider} takes nothing on this path.`);

/**
 * Judges a request and hands it over. When the object knows a newer config than the one judged by, the newer one
 * judges again: a revoked secret fails at once, and a new one works at once.
 * @throws Problem when the delivery is rejected
 */
async function deliver(
  env: Env,
  context: Pick<ExecutionContext, "waitUntil">,
  arrival: Arrival,
  known: ReadyIntegration,
): Promise<Decided> {
  let integration: ReadyIntegration = known;
  for (let attempt = 0; attempt < MAX_JUDGEMENTS; attempt++) {
    const judgement = await judge(arrival, integration);
    const { id } = integration.config;
    if (judgement.kind === "delivery") {
      await assertWithinRate(env, arrival, integration);
      await confirmSubscription(env, context, arrival, integration);
      const reply = await handOver(env, context, integration.config, judgement.delivery);
      if (reply.kind === "decided") return reply;
      if (reply.kind === "unknown") throw noSuchIntegration();
      if (reply.kind === "failed") throw new Problem("internal", "The error was recorded under this instance.");
      if (reply.kind === "older-config") throw overloaded(integration.provider, BUSY, 1);
      if (reply.kind === "overloaded") throw await turnAway(env, arrival, integration, reply);
      integration = await relearn(env, reply.config);
      continue;
    }
    const isStrange = !judgement.isVerified && judgement.problem.type !== "unavailable";
    const isTooMuch = isStrange && !(await countFailure(env, addressOf(arrival.headers)));
    const reply = isTooMuch ? omitTrace(id) : await leaveTrace(env, id, judgement);
    if (reply?.kind === "newer-config") {
      integration = await relearn(env, reply.config);
      continue;
    }
    // No trace of its own, so the object was not asked: it may know a new secret all the same.
    if (reply === null && Date.now() - integration.learnedAt > FRESH_MS) {
      const { version } = integration.config;
      const config = await callObject(env, id, (object) => object.config());
      if (config) integration = await relearn(env, config);
      if (config && config.version > version) continue;
    }
    throw isTooMuch ? tooManyFailures() : judgement.problem;
  }
  throw overloaded(integration.provider, BUSY, 1);
}

/** There is no room: by the integration's own limit, which leaves a trace, or because the object is full. */
async function turnAway(
  env: Env,
  arrival: Arrival,
  integration: ReadyIntegration,
  { retryAfterSeconds, isLimit }: { retryAfterSeconds: number; isLimit?: boolean },
): Promise<Problem> {
  if (!isLimit) return overloaded(integration.provider, BUSY, retryAfterSeconds);
  const detail = "The limit of deliveries for this integration is reached (its rateLimitPerMinute).";
  return refusedForNow(env, arrival, integration, overloaded(integration.provider, detail, retryAfterSeconds));
}

async function refusedForNow(
  env: Env,
  arrival: Arrival,
  integration: ReadyIntegration,
  problem: Problem,
): Promise<Problem> {
  await leaveTrace(env, integration.config.id, refuseForNow(arrival, integration, problem));
  return problem;
}

const BUSY = "This integration cannot take deliveries for the moment. Try again later.";

async function relearn(env: Env, config: IntegrationConfig): Promise<ReadyIntegration> {
  // The first of several objects knows more than the others: the topic that it pinned.
  const first = config.shard ? await callObject(env, config.id, (object) => object.config()) : null;
  const integration = await learn(env, first && first.version >= config.version ? first : config);
  if (!integration) throw noSuchIntegration();
  return integration;
}

/** Counted only once a delivery is verified: a stranger must not use up an integration's rate. */
async function assertWithinRate(env: Env, arrival: Arrival, integration: ReadyIntegration): Promise<void> {
  if (await isWithinLimit(env.INGEST_LIMITER, integration.config.id)) return;
  const detail = "The limit of deliveries for this integration is reached (INGEST_LIMITER).";
  throw await refusedForNow(env, arrival, integration, overloaded(integration.provider, detail, 60));
}
