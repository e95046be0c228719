/** What a senderProfile is told, in the words that it understands. */
import type { AcceptReply } from "../objects/integration/rpc.ts";
import type { DeliveryStatus } from "../alerts/model.ts";
import { Problem } from "../lib/problem.ts";
import type { Answer, CompatibilityApi } from "../providers/compatibility-api.ts";
import { overloadStatus, type Provider } from "../providers/provider.ts";

export type Decided = Extract<AcceptReply, { kind: "decided" }>;

interface Asked {
  id: string;
  path: string;
  receivedAt: number;
}

/** The compatibilityApi in which an answer on this path is given; undefined: our own. */
export const compatibilityApiOf = (provider: Provider, path: string): CompatibilityApi | undefined =>
  provider.compatibilityApi?.handles(path) ? provider.compatibilityApi : undefined;

/** The status of the answer to a delivery that was taken. */
export function successStatus(provider: Provider, path: string, status: Exclude<DeliveryStatus, "REJECTED">): number {
  const compatibilityApi = compatibilityApiOf(provider, path);
  if (compatibilityApi)
    return compatibilityApi.success({ deliveryId: "", status, outcomes: [], alertKeys: [], path, tookMs: 0 }).status;
  return provider.successStatus ?? (status === "ACCEPTED" ? 202 : 200);
}

/** The answer to a delivery that was taken. */
export function successAnswer(provider: Provider, { id, path, receivedAt }: Asked, reply: Decided): Response {
  const { status, duplicateOf, outcomes, alertKeys } = reply;
  const compatibilityApi = compatibilityApiOf(provider, path);
  if (compatibilityApi) {
    const tookMs = Date.now() - receivedAt;
    const words = outcomes.map(({ outcome }) => outcome);
    return toResponse(
      id,
      compatibilityApi.success({ deliveryId: id, status, outcomes: words, alertKeys, path, tookMs }),
    );
  }
  const alerts = outcomes.map(({ alertId, outcome, detail }) => ({
    id: alertId,
    outcome,
    ...(detail !== undefined && { detail }),
  }));
  return toResponse(id, {
    status: successStatus(provider, path, status),
    body:
      status === "DUPLICATE"
        ? { deliveryId: id, status: "duplicate", duplicateOf, alerts }
        : { deliveryId: id, status: "accepted", alerts },
  });
}

/** The answer to a rejected delivery. */
export function rejectionAnswer(provider: Provider, { id, path }: Asked, problem: Problem): Response {
  const compatibilityApi = compatibilityApiOf(provider, path);
  if (!compatibilityApi) return problem.toResponse(id);
  const errors = problem.errors?.map(({ pointer, detail }) => (pointer === "" ? detail : `${pointer}: ${detail}`));
  const { status, body, headers } = compatibilityApi.rejection({
    deliveryId: id,
    status: problem.status,
    detail: problem.message,
    errors: errors ?? [problem.message],
  });
  return toResponse(id, { status, body, headers: { ...headers, ...problem.headers } });
}

/** There is no room for a good delivery now: the answer that makes this provider's senderProfile try again. */
export const overloaded = (provider: Provider, detail: string, retryAfterSeconds: number): Problem =>
  new Problem(overloadStatus(provider.senderProfile) === 429 ? "too-many-requests" : "unavailable", detail, {
    headers: { "retry-after": String(retryAfterSeconds) },
  });

const toResponse = (requestId: string, { status, body, headers }: Answer): Response =>
  new Response(JSON.stringify(body), {
    status,
    headers: { "x-request-id": requestId, ...headers, "content-type": "application/json" },
  });
