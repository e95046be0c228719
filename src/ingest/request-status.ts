/** Answers clients of a compatibility API that ask for the status of their request. The token is verified first. */
import { connect } from "../db/client.ts";
import { findDeliveryWithAlertKey } from "../db/deliveries.ts";
import { isUuid } from "../lib/ids.ts";
import { Problem } from "../lib/problem.ts";
import type { StoredRequest } from "../providers/compatibility-api.ts";
import { checkEnabled } from "./check-enabled.ts";
import type { Received } from "./delivery.ts";
import type { Dependencies, LiveDependencies } from "./dependencies.ts";
import { type HttpDelivery, readRequest } from "./read-request.ts";
import { Rejection, rejectForCapacity } from "./rejection.ts";
import { rejectionResponse, toResponse } from "./respond.ts";
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
  const integration = await dependencies.loadIntegration(http);
  const received: Received = { ...(await readRequest(http, dependencies)), integration };
  const requestId = integration.provider.compatibilityApi?.requestedDelivery?.(received.path) ?? null;
  if (requestId === null) return rejectionResponse(unknownQuestion(received));
  const rejection = await authorize(received, dependencies);
  if (rejection) return rejectionResponse(rejection);
  const stored = isUuid(requestId) ? await findStoredRequest(env, integration.config.id, requestId) : null;
  const answer = integration.provider.compatibilityApi?.requestStatus?.(requestId, stored);
  return answer ? toResponse(http.id, answer) : rejectionResponse(unknownQuestion(received));
}

function unknownQuestion(received: Received): Rejection {
  const allow = "POST, PUT, DELETE";
  const detail = `GET is not supported on this path. Use one of ${allow}, or read alerts at \`/v1/alerts\`.`;
  return new Rejection(received, new Problem("method-not-allowed", detail, { headers: { allow } }));
}

/** Verifies the request as if it were a delivery, again with the newer config of the object. Null: it may read the answer. */
async function authorize(received: Received, dependencies: LiveDependencies): Promise<Rejection | null> {
  const outcome = await STAGES.run(received, dependencies);
  const result = outcome instanceof Rejection ? await dependencies.recordRejection(outcome) : outcome;
  if (result instanceof Rejection) return result;
  if (result instanceof NewerConfig) {
    const newer = await dependencies.reloadIntegration(result.config);
    const again = newer && (await STAGES.run({ ...received, integration: newer }, dependencies));
    if (!again || again instanceof NewerConfig) return rejectForCapacity(received, BUSY, LATER);
    if (again instanceof Rejection) return again;
  }
  return (await dependencies.isWithinRate(received.integration.config.id))
    ? null
    : rejectForCapacity(received, "Too many requests for this integration. Try again later.", LATER);
}

const BUSY = "The integration changed meanwhile. Try again.";
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
