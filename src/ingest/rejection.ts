import { UnknownCharsetError } from "../lib/charset.ts";
import { JsonError } from "../lib/json.ts";
import { Problem, RETRY_AFTER_SECONDS } from "../lib/problem.ts";
import { capitalize } from "../lib/text.ts";
import { BodyError, overloadStatus } from "../providers/provider.ts";
import type { VerificationResult } from "../verification/verifier.ts";
import type { Received, Verified } from "./delivery.ts";

interface RejectionOptions {
  /** The reason in the record, for the operator. Default: the problem's detail. */
  reason?: string;
  /** Null: the delivery was rejected before its verification, or for a reason unrelated to verification. */
  verification?: VerificationResult | null;
  /** Whether it counts against the sender's address. Default: when the delivery is not verified. */
  isSendersFault?: boolean;
  /** Whether a row records it. Default: yes. */
  isRecorded?: boolean;
  /** Whether another config might accept the delivery. Default: whether a row records it. */
  dependsOnConfig?: boolean;
  /** The body could not be parsed, so no provider or mapping read it. Default: false. */
  isBodyUnreadable?: boolean;
}

/** Why a delivery is not accepted: the answer to its sender, and the text of its record. */
export class Rejection {
  /** The delivery in the form in which it was rejected. */
  readonly delivery: Received;
  readonly problem: Problem;
  readonly reason: string;
  readonly verification: VerificationResult | null;
  readonly isSendersFault: boolean;
  readonly isRecorded: boolean;
  readonly dependsOnConfig: boolean;
  readonly isBodyUnreadable: boolean;

  constructor(delivery: Received, problem: Problem, options: RejectionOptions = {}) {
    this.delivery = delivery;
    this.problem = problem;
    this.reason = options.reason ?? problem.message;
    this.verification = options.verification ?? null;
    this.isSendersFault = options.isSendersFault ?? !this.isVerified;
    this.isRecorded = options.isRecorded ?? true;
    this.dependsOnConfig = options.dependsOnConfig ?? this.isRecorded;
    this.isBodyUnreadable = options.isBodyUnreadable ?? false;
  }

  get isVerified(): boolean {
    return this.verification?.isVerified ?? false;
  }

  /** The same rejection with another answer. */
  withProblem(problem: Problem): Rejection {
    const { reason, verification, isSendersFault, isRecorded, dependsOnConfig, isBodyUnreadable } = this;
    return new Rejection(this.delivery, problem, {
      reason,
      verification,
      isSendersFault,
      isRecorded,
      dependsOnConfig,
      isBodyUnreadable,
    });
  }
}

/**
 * Rejects a verified delivery whose body cannot be read.
 * @throws the error itself when it is an internal error
 */
export function rejectBody(delivery: Verified, error: unknown): Rejection {
  return new Rejection(delivery, bodyProblem(error), {
    verification: delivery.verification,
    isBodyUnreadable: !(error instanceof BodyError),
  });
}

function bodyProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof JsonError || error instanceof UnknownCharsetError) {
    return new Problem("invalid-body", sentence(error.message));
  }
  if (error instanceof BodyError) {
    const detail = sentence(error.pointer === "" ? error.message : `${error.message} at ${error.pointer}`);
    return new Problem("invalid-body", detail, { errors: [{ pointer: error.pointer, detail: error.message }] });
  }
  throw error;
}

const sentence = (words: string): string => `${capitalize(words)}.`;

export const BUSY = "This integration cannot accept deliveries at the moment. Try again later.";

/** Rejects a valid delivery for which there is no capacity, with the status that makes this provider's sender retry. */
export function rejectForCapacity(
  delivery: Received,
  detail: string,
  { retryAfterSeconds, isRecorded }: { retryAfterSeconds: number; isRecorded: boolean },
): Rejection {
  const type =
    overloadStatus(delivery.integration.provider.senderProfile) === 429 ? "too-many-requests" : "unavailable";
  const problem = new Problem(type, detail, { headers: { "retry-after": String(retryAfterSeconds) } });
  return new Rejection(delivery, problem, { isSendersFault: false, isRecorded, dependsOnConfig: false });
}

/** Makes the sender of a rejected delivery send it again, because the next config of the integration might accept it. */
export function rejectUntilConfigured({ delivery, reason, verification }: Rejection): Rejection {
  const detail = "The configuration of this integration is changing. Send the delivery again in 5 seconds.";
  const { problem } = rejectForCapacity(delivery, detail, { retryAfterSeconds: 5, isRecorded: true });
  return new Rejection(delivery, problem, {
    reason: `${reason}; but a change of the integration is under way`,
    verification,
    isSendersFault: false,
    // A replay may be repeated with its idempotency key, and a record would answer for it.
    isRecorded: delivery.replayOf === null,
    dependsOnConfig: false,
  });
}

export const unknownIntegration = (): Problem => new Problem("not-found", "Unknown integration. Check the ingest URL.");

/** Rejects a delivery whose integration does not exist any more. */
export const rejectUnknown = (delivery: Received): Rejection =>
  new Rejection(delivery, unknownIntegration(), { isSendersFault: false, isRecorded: false });

/**
 * Rejects a delivery that a stage could not process for a reason that may be shown to its sender, such as an unreachable object.
 * @throws the error itself when it is no Problem
 */
export function rejectProblem(delivery: Received, error: unknown): Rejection {
  if (!(error instanceof Problem)) throw error;
  if (error.type === "unavailable") {
    const retryAfterSeconds = Number(error.headers["retry-after"] ?? RETRY_AFTER_SECONDS);
    return rejectForCapacity(delivery, error.message, { retryAfterSeconds, isRecorded: false });
  }
  return new Rejection(delivery, error, { isSendersFault: false, isRecorded: false });
}
