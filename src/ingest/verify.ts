import { Problem, type ProblemType } from "../lib/problem.ts";
import type { VerificationFailure } from "../verification/verifier.ts";
import type { Received, Verified } from "./delivery.ts";
import type { Dependencies } from "./dependencies.ts";
import { Rejection } from "./rejection.ts";

/** Verifies the signature or token over the raw bytes, and rejects unverified deliveries. */
export async function verify(delivery: Received, { authenticate }: Dependencies): Promise<Verified | Rejection> {
  const verification = await authenticate(delivery);
  if (verification.isVerified) return { ...delivery, verification };
  const { failure, reason } = verification;
  const { type, detail, headers } = ANSWERS[failure];
  return new Rejection(delivery, new Problem(type, detail, headers && { headers }), { reason, verification });
}

/** The answers help an honest sender, and reveal nothing that is not in the documentation. */
const ANSWERS: Record<
  VerificationFailure,
  { type: ProblemType; detail: string; headers?: Readonly<Record<string, string>> }
> = {
  missing: {
    type: "verification-failed",
    detail: "No signature or token found. Send one as configured in the verification settings of this integration.",
  },
  mismatch: {
    type: "verification-failed",
    detail:
      "The signature or token does not match. Use this integration's secret, and sign the exact bytes that you send.",
  },
  timestamp: {
    type: "verification-failed",
    detail: "The signed timestamp is too far from the current time. Check the sender's clock.",
  },
  unavailable: {
    type: "unavailable",
    detail: "The signature cannot be checked at the moment. Try again later.",
    headers: { "retry-after": "30" },
  },
};
