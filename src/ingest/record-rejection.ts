import { addressOf } from "../lib/rate-limit.ts";
import { SECOND } from "../lib/time.ts";
import { callObject } from "../objects/integration/client.ts";
import type { Rejection as RejectionRecord } from "../objects/integration/rpc.ts";
import { countFailure, tooManyFailures } from "./limit-failures.ts";
import { reloadIntegration } from "./load-integration.ts";
import { MinuteLimit } from "./minute-limit.ts";
import { redact } from "./redact.ts";
import type { Rejection } from "./rejection.ts";
import { requestRecord, verificationRecord } from "./request-record.ts";
import { NewerConfig } from "./stages.ts";

/** Records that one isolate sends for an integration's unverified deliveries. The object has a limit over all isolates. */
const UNVERIFIED_RECORDS_PER_MINUTE = 60;

/** Bytes kept of the body of an unverified delivery. */
const MAX_UNVERIFIED_BODY_BYTES = 16 * 1024;

/** With a config this fresh, a failed verification is final without asking the object. */
const FRESH_MS = SECOND;

const unverifiedRecords = new MinuteLimit(UNVERIFIED_RECORDS_PER_MINUTE);

/**
 * Records a rejected delivery with the integration's object. Unverified ones are bounded: the rest is counted in the next
 * record, so that a flood costs no writes. Counts a sender's failure against its address.
 * @returns the rejection to answer, or the newer config that the object knows and that may accept the delivery
 */
export async function recordRejection(env: Env, rejection: Rejection): Promise<Rejection | NewerConfig> {
  if (!rejection.isRecorded) return rejection;
  const { id } = rejection.delivery.integration.config;
  const isOverLimit = rejection.isSendersFault && !(await countFailure(env, addressOf(rejection.delivery.headers)));
  const omittedBefore = rejection.isVerified
    ? 0
    : isOverLimit
      ? unverifiedRecords.omit(id)
      : unverifiedRecords.pass(id);
  const newer =
    omittedBefore === null
      ? await newerConfig(env, rejection)
      : await record(env, id, { ...toRecord(rejection), omittedBefore });
  if (newer) return newer;
  return isOverLimit ? rejection.withProblem(tooManyFailures()) : rejection;
}

async function record(env: Env, id: string, row: RejectionRecord): Promise<NewerConfig | null> {
  const reply = await callObject(env, id, (object) => object.reject(row));
  return reply.kind === "newer-config" ? new NewerConfig(reply.config) : null;
}

/** The newer config of the object for a rejection without a record. The object may know a new secret. */
async function newerConfig(env: Env, { delivery, verification }: Rejection): Promise<NewerConfig | null> {
  const { config, loadedAt } = delivery.integration;
  if (verification === null || Date.now() - loadedAt <= FRESH_MS) return null;
  const latest = await callObject(env, config.id, (object) => object.config());
  if (!latest) return null;
  if (latest.version > config.version) return new NewerConfig(latest);
  // The config is fresh again: a flood asks the object once in this time, not once a request.
  await reloadIntegration(env, latest);
  return null;
}

function toRecord(rejection: Rejection): Omit<RejectionRecord, "omittedBefore"> {
  const { isVerified, problem, reason } = rejection;
  const delivery = redact(rejection.delivery);
  const { bytes, isTooLarge } = delivery.body;
  const isCut = isTooLarge || (!isVerified && bytes.length > MAX_UNVERIFIED_BODY_BYTES);
  return {
    id: delivery.id,
    configVersion: delivery.integration.config.version,
    // The body may not be JSON, or may be cut: Postgres keeps it as bytes.
    request: requestRecord(delivery, "bytes", isCut),
    body: isVerified ? bytes : bytes.slice(0, MAX_UNVERIFIED_BODY_BYTES),
    statusCode: problem.status,
    reason,
    isVerified,
    verification: verificationRecord(delivery, rejection.verification),
    ...(delivery.replayOf && { replayOf: delivery.replayOf.id }),
  };
}
