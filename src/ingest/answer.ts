/** What a sender is told, in the words that it understands. */
import type { AcceptReply } from "../integration/messages.ts";
import type { DeliveryStatus } from "../alerts/model.ts";
import { Problem } from "../lib/problem.ts";
import type { Answer, Dialect } from "../providers/dialect.ts";
import { overloadStatus, type Provider } from "../providers/provider.ts";

export type Decided = Extract<AcceptReply, { kind: "decided" }>;

interface Asked {
  id: string;
  path: string;
  receivedAt: number;
}

/** The dialect in which an answer on this path is given; undefined: our own. */
export const dialectOf = (provider: Provider, path: string): Dialect | undefined =>
  provider.dialect?.speaks(path) ? provider.dialect : undefined;

/** The status of the answer to a delivery that was taken. */
export function successStatus(provider: Provider, path: string, status: Exclude<DeliveryStatus, "REJECTED">): number {
  const dialect = dialectOf(provider, path);
  if (dialect) return dialect.success({ deliveryId: "", status, outcomes: [], alertKeys: [], path, tookMs: 0 }).status;
  return provider.successStatus ?? (status === "ACCEPTED" ? 202 : 200);
}

/** The answer to a delivery that was taken. */
export function successAnswer(provider: Provider, { id, path, receivedAt }: Asked, reply: Decided): Response {
  const { status, duplicateOf, outcomes, alertKeys } = reply;
  const dialect = dialectOf(provider, path);
  if (dialect) {
    const tookMs = Date.now() - receivedAt;
    const words = outcomes.map(({ outcome }) => outcome);
    return toResponse(id, dialect.success({ deliveryId: id, status, outcomes: words, alertKeys, path, tookMs }));
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

/** The answer to a refused delivery. */
export function refusalAnswer(provider: Provider, { id, path }: Asked, problem: Problem): Response {
  const dialect = dialectOf(provider, path);
  if (!dialect) return problem.toResponse(id);
  const errors = problem.errors?.map(({ pointer, detail }) => (pointer === "" ? detail : `${pointer}: ${detail}`));
  const { status, body, headers } = dialect.refusal({
    deliveryId: id,
    status: problem.status,
    detail: problem.message,
    errors: errors ?? [problem.message],
  });
  return toResponse(id, { status, body, headers: { ...headers, ...problem.headers } });
}

/** There is no room for a good delivery now: the answer that makes this provider's sender try again. */
export const overloaded = (provider: Provider, detail: string, retryAfterSeconds: number): Problem =>
  new Problem(overloadStatus(provider.sender) === 429 ? "too-many-requests" : "unavailable", detail, {
    headers: { "retry-after": String(retryAfterSeconds) },
  });

const toResponse = (requestId: string, { status, body, headers }: Answer): Response =>
  new Response(JSON.stringify(body), {
    status,
    headers: { "x-request-id": requestId, ...headers, "content-type": "application/json" },
  });
