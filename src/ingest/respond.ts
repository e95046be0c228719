import type { DeliveryStatus } from "../alerts/model.ts";
import { internalError } from "../lib/problem.ts";
import type { DeliveryAnswer } from "../objects/integration/rpc.ts";
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

/** The answer to an accepted or duplicate delivery. */
export function successAnswer(delivery: Decided): DeliveryAnswer {
  const result = { outcome: delivery.status === "DUPLICATE" ? ("duplicate" as const) : ("accepted" as const) };
  return { ...toParts(delivery.id, answerOf(delivery)), result };
}

function answerOf(delivery: Decided): Answer {
  const { id, path, receivedAt, status, duplicateOf, outcomes, alertKeys, reason } = delivery;
  const { provider } = delivery.integration;
  const api = compatibilityApiOf(provider, path);
  if (api) {
    const tookMs = Date.now() - receivedAt;
    const words = outcomes.map(({ outcome }) => outcome);
    const { body } = delivery.input;
    return api.success({ deliveryId: id, status, outcomes: words, alertKeys, path, body, tookMs });
  }
  const alerts = outcomes.map(({ alertId, outcome, detail }) => ({
    id: alertId,
    outcome,
    ...(detail !== undefined && { detail }),
  }));
  return {
    status: successStatus(provider, path, status),
    body:
      status === "DUPLICATE"
        ? { deliveryId: id, status: "duplicate", duplicateOf, reason, alerts }
        : { deliveryId: id, status: "accepted", reason, alerts },
  };
}

/** The answer to a rejected delivery. */
export function rejectionAnswer({ delivery: { id, path, integration }, problem }: Rejection): DeliveryAnswer {
  const result = { outcome: "rejected" as const, status: problem.status, problem: problem.type };
  // A client of that API reads no other format, not even for a 404.
  const api = path === "" ? undefined : integration.provider.compatibilityApi;
  if (!api) return { ...problem.toAnswer(id), result };
  const errors = problem.errors?.map(({ pointer, detail }) => (pointer === "" ? detail : `${pointer}: ${detail}`));
  const { status, body, headers } = api.rejection({
    deliveryId: id,
    status: problem.status,
    detail: problem.message,
    errors: errors ?? [problem.message],
  });
  return { ...toParts(id, { status, body, headers: { ...headers, ...problem.headers } }), result };
}

/** The answer to a delivery that an internal error stopped. */
export const failedAnswer = (id: string): DeliveryAnswer => ({
  ...internalError().toAnswer(id),
  result: { outcome: "failed" },
});

const toParts = (requestId: string, { status, body, headers }: Answer) => ({
  status,
  headers: { "x-request-id": requestId, ...headers, "content-type": "application/json" },
  body: JSON.stringify(body),
});

/** Makes the response of an answer. */
export const toResponse = ({ status, headers, body }: Omit<DeliveryAnswer, "result">): Response =>
  new Response(body, { status, headers });

/** Makes the response of another product's API. */
export const apiResponse = (requestId: string, answer: Answer): Response => toResponse(toParts(requestId, answer));
