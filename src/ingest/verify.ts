import { Problem } from "../lib/problem.ts";
import type { VerificationFailure } from "../verification/verifier.ts";
import type { Received, Verified } from "./delivery.ts";
import type { Dependencies } from "./dependencies.ts";
import { Rejection } from "./rejection.ts";

/** Verifies the signature or token over the raw bytes, and rejects unverified deliveries. */
export async function verify(delivery: Received, { authenticate }: Dependencies): Promise<Verified | Rejection> {
  const verification = await authenticate(delivery);
  if (verification.isVerified) return { ...delivery, verification };
  const { failure, reason } = verification;
  return new Rejection(delivery, PROBLEMS[failure], { reason, verification });
}

/**
 * The answers help an honest sender, and reveal nothing that is not in the documentation. Made once: anyone can send forged
 * deliveries, and an error records a stack.
 */
const PROBLEMS: Readonly<Record<VerificationFailure, Problem>> = {
  missing: new Problem(
    "verification-failed",
    "No signature or token found. Send one as configured in the verification settings of this integration.",
  ),
  mismatch: new Problem(
    "verification-failed",
    "The signature or token does not match. Use this integration's secret, and sign the exact bytes that you send.",
  ),
  untrusted: new Problem(
    "verification-failed",
    "The sender, topic or signature is not allowed. Check the verification settings of this integration.",
  ),
  timestamp: new Problem(
    "verification-failed",
    "The signed timestamp is too far from the current time. Check the sender's clock.",
  ),
  unavailable: new Problem("unavailable", "The signature cannot be checked at the moment. Try again later.", {
    headers: { "retry-after": "30" },
  }),
};
