/** Answers clients of a compatibility API that ask for the status of their request. The token is verified first. */
import { connect } from "../db/client.ts";
import { findDeliveryWithAlertKey } from "../db/deliveries.ts";
import { isUuid } from "../lib/ids.ts";
import { Problem } from "../lib/problem.ts";
import type { StoredRequest } from "../providers/compatibility-api.ts";
import { checkEnabled } from "./check-enabled.ts";
import type { IncomingRequest, LoadedIntegration, Received } from "./delivery.ts";
import type { Dependencies, LiveDependencies } from "./dependencies.ts";
import { forgetIntegration, isFresh, loadIntegration } from "./load-integration.ts";
import { type HttpDelivery, readRequest } from "./read-request.ts";
import { Rejection, rejectForCapacity, unknownIntegration } from "./rejection.ts";
import { apiResponse, rejectionAnswer, toResponse } from "./respond.ts";
import { NewerConfig, Stages } from "./stages.ts";
import { verify } from "./verify.ts";

const STAGES = Stages.of<Received, Dependencies>().add(verify).add(checkEnabled);

/**
 * Answers a GET on a path after the ingest URL.
 * @throws Problem when there is no integration with this id
 */
export async function answerRequestStatus(
  http: HttpDelivery,
  env: Env,
  dependencies: LiveDependencies,
): Promise<Response> {
  const request = await readRequest(http, dependencies);
  const integration = await loadIntegration(env, http.integrationId);
  if (!integration) throw unknownIntegration();
  const api = integration.provider.compatibilityApi;
  const requestId = api?.requestedDelivery?.(request.path) ?? null;
  if (requestId === null) return rejected(unknownQuestion({ ...request, integration }));
  const rejection = await authorize(request, integration, env, dependencies);
  if (rejection) return rejected(rejection);
  const stored = isUuid(requestId) ? await findStoredRequest(env, http.integrationId, requestId) : null;
  const answer = api?.requestStatus?.(requestId, stored);
  return answer ? apiResponse(http.id, answer) : rejected(unknownQuestion({ ...request, integration }));
}

const rejected = (rejection: Rejection): Response => toResponse(rejectionAnswer(rejection));

function unknownQuestion(received: Received): Rejection {
  const allow = "POST, PUT, DELETE";
  const detail = `GET is not supported on this path. Use one of ${allow}, or read alerts at \`/v1/alerts\`.`;
  return new Rejection(received, new Problem("method-not-allowed", detail, { headers: { allow } }));
}

/**
 * Verifies the request as if it were a delivery. A rejection with a fresh config is final. Otherwise it verifies again
 * with a new config from the object. Null: the caller may read the answer.
 */
async function authorize(
  request: IncomingRequest,
  known: LoadedIntegration,
  env: Env,
  dependencies: LiveDependencies,
): Promise<Rejection | null> {
  let integration: LoadedIntegration | null = known;
  let outcome = isFresh(known) ? await STAGES.run({ ...request, integration }, dependencies) : null;
  if (!(outcome instanceof Rejection)) {
    forgetIntegration(known.config.id);
    integration = await loadIntegration(env, known.config.id);
    if (!integration) throw unknownIntegration();
    outcome = await STAGES.run({ ...request, integration }, dependencies);
  }
  const received: Received = { ...request, integration };
  const result = outcome instanceof Rejection ? await dependencies.recordRejection(outcome) : outcome;
  if (result instanceof Rejection) return result;
  if (result instanceof NewerConfig)
    return rejectForCapacity(received, "The integration changed meanwhile. Try again.", LATER);
  return (await dependencies.isWithinRate(known.config.id))
    ? null
    : rejectForCapacity(received, "Too many requests for this integration. Try again later.", LATER);
}

const LATER = { retryAfterSeconds: 5, isRecorded: false };

async function findStoredRequest(env: Env, integrationId: string, id: string): Promise<StoredRequest | null> {
  const stored = await findDeliveryWithAlertKey(connect(env), integrationId, id);
  if (!stored) return null;
  return {
    deliveryId: id,
    alertKey: stored.alertKey,
    status: stored.reason ?? stored.status,
    isSuccess: stored.status !== "REJECTED",
    processedAt: stored.receivedAt,
  };
}
