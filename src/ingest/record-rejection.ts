import { rejectionClassOf } from "../alerts/rejection-class.ts";
import { MinuteLimit } from "../lib/minute-limit.ts";
import { addressOf } from "../lib/rate-limit.ts";
import type { Rejection as RejectionRecord, RejectReply } from "../objects/integration/rpc.ts";
import { countFailure, TOO_MANY_FAILURES } from "./limit-failures.ts";
import { type Rejection, rejectUntilConfigured } from "./rejection.ts";
import { toRejectionRecord } from "./rejection-record.ts";
import { NewerConfig } from "./stages.ts";

/**
 * Records that one isolate sends for the unverified deliveries of an integration, for each class of rejections. The object
 * has a limit over all isolates and classes.
 */
const UNVERIFIED_RECORDS_PER_MINUTE = 60;

const unverifiedRecords = new MinuteLimit(UNVERIFIED_RECORDS_PER_MINUTE);

/**
 * Records a rejected delivery, unless the object itself rejected it. Unverified ones are bounded: the rest is counted in the
 * next record, so that a flood costs no writes. Counts a sender's failure against its address.
 * @param send sends a record to the integration's object
 * @returns the rejection to answer, or the newer config that the object knows and that may accept the delivery
 */
export async function recordRejection(
  env: Env,
  rejection: Rejection,
  send: (record: RejectionRecord) => RejectReply | Promise<RejectReply>,
): Promise<Rejection | NewerConfig> {
  if (!rejection.isRecorded) return rejection;
  const isOverLimit = rejection.isSendersFault && !(await countFailure(env, addressOf(rejection.delivery.headers)));
  const omittedBefore = rejection.isVerified ? 0 : omittedBeforeOf(rejection, isOverLimit);
  if (omittedBefore !== null) {
    const reply = await send(toRejectionRecord(rejection, omittedBefore));
    if (reply.kind === "newer-config") return new NewerConfig(reply.config);
    if (reply.kind === "config-expected") return recordRejection(env, rejectUntilConfigured(rejection), send);
  }
  // A forged message counts, but SNS must get 503: a certificate that cannot be fetched is not its fault.
  const isTemporary = rejection.problem.type === "unavailable";
  return isOverLimit && !isTemporary ? rejection.withProblem(TOO_MANY_FAILURES) : rejection;
}

/** How many rejections of this class were omitted since its last record; null: this one is omitted as well. */
function omittedBeforeOf({ delivery, problem }: Rejection, isOverLimit: boolean): number | null {
  const key = `${delivery.integration.config.id} ${rejectionClassOf(problem.status)}`;
  return isOverLimit ? unverifiedRecords.omit(key) : unverifiedRecords.pass(key);
}
