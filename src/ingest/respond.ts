import type { DeliveryStatus } from "../alerts/model.ts";
import type { Answer, CompatibilityApi } from "../providers/compatibility-api.ts";
import type { Provider } from "../providers/provider.ts";
import type { Decided } from "./delivery.ts";
import type { Rejection } from "./rejection.ts";

/** The compatibility API that a path belongs to; undefined: Tocsin's own API. */
const compatibilityApiOf = ({ compatibilityApi }: Provider, path: string): CompatibilityApi | undefined =>
  compatibilityApi?.matchesPath(path) ? compatibilityApi : undefined;

/** The HTTP status that answers an accepted or duplicate delivery on a path. */
export function successStatus(provider: Provider, path: string, status: Exclude<DeliveryStatus, "REJECTED">): number {
  const api = compatibilityApiOf(provider, path);
  const answer = { deliveryId: "", status, outcomes: [], alertKeys: [], path, body: null, tookMs: 0 };
  if (api) return api.success(answer).status;
  return provider.successStatus ?? (status === "ACCEPTED" ? 202 : 200);
}

/** Answers an accepted or duplicate delivery. */
export function successResponse(delivery: Decided): Response {
  const { id, path, receivedAt, status, duplicateOf, outcomes, alertKeys, reason } = delivery;
  const { provider } = delivery.integration;
  const api = compatibilityApiOf(provider, path);
  if (api) {
    const tookMs = Date.now() - receivedAt;
    const words = outcomes.map(({ outcome }) => outcome);
    const { body } = delivery.input;
    return toResponse(id, api.success({ deliveryId: id, status, outcomes: words, alertKeys, path, body, tookMs }));
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
        ? { deliveryId: id, status: "duplicate", duplicateOf, reason, alerts }
        : { deliveryId: id, status: "accepted", reason, alerts },
  });
}

/** Answers a rejected delivery. */
export function rejectionResponse({ delivery: { id, path, integration }, problem }: Rejection): Response {
  // A client of that API reads no other format, not even for a 404.
  const api = path === "" ? undefined : integration.provider.compatibilityApi;
  if (!api) return problem.toResponse(id);
  const errors = problem.errors?.map(({ pointer, detail }) => (pointer === "" ? detail : `${pointer}: ${detail}`));
  const { status, body, headers } = api.rejection({
    deliveryId: id,
    status: problem.status,
    detail: problem.message,
    errors: errors ?? [problem.message],
  });
  return toResponse(id, { status, body, headers: { ...headers, ...problem.headers } });
}

/** Makes the response of an answer. */
export const toResponse = (requestId: string, { status, body, headers }: Answer): Response =>
  new Response(JSON.stringify(body), {
    status,
    headers: { "x-request-id": requestId, ...headers, "content-type": "application/json" },
  });
