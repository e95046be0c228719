/**
 * Processes a delivery, stage by stage: at the edge, or in the integration's object for an isolate that does not know the
 * integration. Live traffic, dry run, test and replay run through it with other dependencies. It decides nothing about alerts:
 * the integration's object does, when a delivery is submitted.
 */
import type { DeliveryAnswer } from "../objects/integration/rpc.ts";
import { checkBodySize } from "./check-body-size.ts";
import { checkEnabled } from "./check-enabled.ts";
import { checkEncoding } from "./check-encoding.ts";
import { checkLoop } from "./check-loop.ts";
import { checkPath } from "./check-path.ts";
import { confirmSnsSubscription } from "./confirm-sns-subscription.ts";
import { findDedupKey } from "./dedup-key.ts";
import type { Decided, IncomingRequest, LoadedIntegration, Received } from "./delivery.ts";
import type { Dependencies } from "./dependencies.ts";
import { limitRate } from "./limit-rate.ts";
import { normalize } from "./normalize.ts";
import { parse } from "./parse.ts";
import { redact } from "./redact.ts";
import { BUSY, Rejection, rejectForCapacity, rejectProblem, rejectUnknown } from "./rejection.ts";
import { rejectionAnswer, successAnswer } from "./respond.ts";
import { NewerConfig, Stages } from "./stages.ts";
import { submit } from "./submit.ts";
import { verify } from "./verify.ts";

const STAGES = Stages.of<Received, Dependencies>()
  .add(checkBodySize)
  .add(checkPath)
  .add(verify)
  .add(checkEnabled)
  .add(checkLoop)
  .add(checkEncoding)
  .add(redact)
  .add(parse)
  .add(normalize)
  .add(findDedupKey)
  .add(limitRate)
  .add(confirmSnsSubscription)
  .add(submit);

/** Runs of the stages for one delivery, each with a newer config. A config rarely changes even once in that time. */
const MAX_ATTEMPTS = 4;

/** Processes a delivery of a source, and answers it. */
export async function process(
  request: IncomingRequest,
  integration: LoadedIntegration,
  dependencies: Dependencies,
): Promise<DeliveryAnswer> {
  const result = await run(request, integration, dependencies).catch((error: unknown) =>
    rejectProblem({ ...request, integration }, error),
  );
  return result instanceof Rejection ? rejectionAnswer(result) : successAnswer(result);
}

/**
 * Runs a delivery through all stages and records a rejection. When the integration's object knows a newer config, all
 * stages run again with it: a revoked secret fails at once, and a new one works at once.
 */
export async function run(
  request: IncomingRequest,
  integration: LoadedIntegration,
  dependencies: Dependencies,
): Promise<Decided | Rejection> {
  let delivery: Received = { ...request, integration };
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const outcome = await STAGES.run(delivery, dependencies);
    const result = outcome instanceof Rejection ? await dependencies.recordRejection(outcome) : outcome;
    if (!(result instanceof NewerConfig)) return result;
    const newer = await dependencies.reloadIntegration(result.config);
    if (!newer) return rejectUnknown(delivery);
    delivery = { ...request, integration: newer };
  }
  return rejectForCapacity(delivery, BUSY, { retryAfterSeconds: 1, isRecorded: false });
}
