import { rejectionClassOf } from "../alerts/rejection-class.ts";
import { addressOf } from "../lib/rate-limit.ts";
import { SECOND } from "../lib/time.ts";
import { callObject } from "../objects/integration/client.ts";
import type { Rejection as RejectionRecord } from "../objects/integration/rpc.ts";
import { countFailure, tooManyFailures } from "./limit-failures.ts";
import { reloadIntegration } from "./load-integration.ts";
import { MinuteLimit } from "../lib/minute-limit.ts";
import type { Rejection } from "./rejection.ts";
import { toRejectionRecord } from "./rejection-record.ts";
import { NewerConfig } from "./stages.ts";

/**
 * Records that one isolate sends for the unverified deliveries of an integration, for each class of rejections. The object
 * has a limit over all isolates and classes.
 */
const UNVERIFIED_RECORDS_PER_MINUTE = 60;

/** With a config this fresh, a rejection is final without asking the object. */
const FRESH_MS = SECOND;

const unverifiedRecords = new MinuteLimit(UNVERIFIED_RECORDS_PER_MINUTE);

/**
 * Records a rejected delivery with the integration's object, unless the object itself rejected it. Unverified ones are
 * bounded: the rest is counted in the next record, so that a flood costs no writes. Counts a sender's failure against its
 * address. A rejection is final only with a config that the object confirmed within the last second: any setting may be the
 * reason.
 * @returns the rejection to answer, or the newer config that the object knows and that may accept the delivery
 */
export async function recordRejection(env: Env, rejection: Rejection): Promise<Rejection | NewerConfig> {
  if (!rejection.isRecorded) return rejection;
  const { id } = rejection.delivery.integration.config;
  const isOverLimit = rejection.isSendersFault && !(await countFailure(env, addressOf(rejection.delivery.headers)));
  const omittedBefore = rejection.isVerified ? 0 : omittedBeforeOf(rejection, isOverLimit);
  const newer =
    omittedBefore === null
      ? await findNewerConfig(env, rejection)
      : await record(env, id, toRejectionRecord(rejection, omittedBefore));
  if (newer) return newer;
  // A forged message counts, but SNS must get 503: a certificate that cannot be fetched is not its fault.
  const isTemporary = rejection.problem.type === "unavailable";
  return isOverLimit && !isTemporary ? rejection.withProblem(tooManyFailures()) : rejection;
}

/** How many rejections of this class were omitted since its last record; null: this one is omitted as well. */
function omittedBeforeOf({ delivery, problem }: Rejection, isOverLimit: boolean): number | null {
  const key = `${delivery.integration.config.id} ${rejectionClassOf(problem.status)}`;
  return isOverLimit ? unverifiedRecords.omit(key) : unverifiedRecords.pass(key);
}

async function record(env: Env, id: string, row: RejectionRecord): Promise<NewerConfig | null> {
  const reply = await callObject(env, id, (object) => object.reject(row));
  return reply.kind === "newer-config" ? new NewerConfig(reply.config) : null;
}

/** The newer config of the object for a rejection without a record. It asks the object once a second at most. */
export async function findNewerConfig(env: Env, { delivery }: Rejection): Promise<NewerConfig | null> {
  const { config, loadedAt } = delivery.integration;
  if (Date.now() - loadedAt <= FRESH_MS) return null;
  const latest = await callObject(env, config.id, (object) => object.config());
  if (!latest) return null;
  if (latest.version > config.version) return new NewerConfig(latest);
  // The config is fresh again: a flood asks the object once in this time, not once a request.
  await reloadIntegration(env, latest);
  return null;
}
