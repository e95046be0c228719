/** Receives the deliveries of sources: decides with the config that this isolate knows, or asks the integration's object. */
import { Problem } from "../lib/problem.ts";
import type { DeliveryAnswer, DeliveryResult } from "../objects/integration/rpc.ts";
import { CALL_LIMITS } from "../objects/shared/call.ts";
import type { IncomingRequest, LoadedIntegration } from "./delivery.ts";
import type { LiveDependencies } from "./dependencies.ts";
import { isFresh } from "./load-integration.ts";
import { process } from "./pipeline.ts";
import { type HttpDelivery, readRequest } from "./read-request.ts";
import { BUSY, type Rejection, unknownIntegration } from "./rejection.ts";
import { toResponse } from "./respond.ts";

/** Measures and logs the result of a delivery. */
type Report = (provider: string, result: DeliveryResult) => void;

/**
 * Receives a delivery of a source and answers it.
 * @throws Problem when there is no integration with this id, or its object cannot be reached
 */
export async function receive(http: HttpDelivery, dependencies: LiveDependencies): Promise<Response> {
  return toResponse(await receiveFrom(http, () => readRequest(http, dependencies), dependencies));
}

/**
 * Receives a delivery of a source.
 * @param read reads the delivery, once it is known that the id may be that of an integration
 * @returns the answer
 * @throws as `receive`
 */
export async function receiveFrom(
  http: Pick<HttpDelivery, "id" | "integrationId">,
  read: () => Promise<IncomingRequest>,
  dependencies: LiveDependencies,
): Promise<DeliveryAnswer> {
  const startedAt = Date.now();
  const { integrationId } = http;
  let integration = await dependencies.knownIntegration(integrationId);
  if (integration === null) throw unknown(http, dependencies);
  const delivery = await read();
  const report = reportOf(delivery, integrationId, startedAt, dependencies);
  const deadline = delivery.receivedAt + CALL_LIMITS.budgetMs;
  for (;;) {
    const decided = integration && (await decideHere(delivery, integration, dependencies, report));
    if (decided) return decided;
    const reply = await dependencies.sendRaw(integrationId, delivery);
    if (reply?.kind === "answered") {
      report(reply.config.provider, reply.answer.result);
      return reply.answer;
    }
    // The config is known and fresh now: from the object of a sharded integration, or from the call of another delivery.
    integration = await dependencies.knownIntegration(integrationId);
    if (integration === null) throw unknown(http, dependencies);
    if (Date.now() >= deadline) throw new Problem("unavailable", BUSY);
  }
}

/** The answer with the config that this isolate knows; null: a rejection for which the config is too old. */
async function decideHere(
  delivery: IncomingRequest,
  known: LoadedIntegration,
  dependencies: LiveDependencies,
  report: Report,
): Promise<DeliveryAnswer | null> {
  const { id } = known.provider;
  let isFinal = true;
  const recordRejection = async (rejection: Rejection) => {
    isFinal = !rejection.dependsOnConfig || isFresh(rejection.delivery.integration);
    return isFinal ? dependencies.recordRejection(rejection) : rejection;
  };
  try {
    const answer = await process(delivery, known, { ...dependencies, recordRejection });
    if (!isFinal) return null;
    report(id, answer.result);
    return answer;
  } catch (error) {
    report(id, { outcome: "failed" });
    throw error;
  }
}

function reportOf(
  { id, body }: IncomingRequest,
  integrationId: string,
  startedAt: number,
  { measure, logRejection }: LiveDependencies,
): Report {
  const measured = { integrationId, startedAt, bodyBytes: body.bytes.length };
  return (provider, result) => {
    if (result.outcome !== "rejected") return measure({ ...measured, provider, outcome: result.outcome });
    const { status, problem } = result;
    measure({ ...measured, provider, outcome: "rejected", statusCode: status });
    logRejection(id, integrationId, { status, type: problem });
  };
}

function unknown({ id }: Pick<HttpDelivery, "id">, { logRejection }: LiveDependencies): Problem {
  const problem = unknownIntegration();
  logRejection(id, null, problem);
  return problem;
}
