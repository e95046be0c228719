/** The part of a request that a verifier reads, before anything parses it. */
export interface SignedRequest {
  headers: Headers;
  url: URL;
  body: Uint8Array<ArrayBuffer>;
}

/** `secret`: which one matched. During the overlap of a rotation there are two. */
export type VerificationResult =
  | { isVerified: true; secret: "current" | "previous" }
  | { isVerified: false; failure: VerificationFailure; reason: string };

/**
 * The kind of failure, as the sender may see it. `untrusted`: the sender, topic or certificate is not one that the settings allow.
 * `unavailable`: it cannot be checked now.
 */
export type VerificationFailure = "missing" | "mismatch" | "untrusted" | "timestamp" | "unavailable";

/** A failed verification. `reason` is for the operator and contains no secret and no signature. */
export const failed = (failure: VerificationFailure, reason: string): VerificationResult => ({
  isVerified: false,
  failure,
  reason,
});

/** Checks one request. Never throws. `now` in Unix ms. */
export type Verifier = (request: SignedRequest, now: number) => Promise<VerificationResult>;

/** The secrets of an integration in plain text. */
export interface Secrets {
  current: string;
  previous?: string;
}

const which = (index: number): "current" | "previous" => (index === 0 ? "current" : "previous");

/** The result for the first secret that matches; null: no secret matches. */
export async function firstMatch<T>(
  secrets: readonly T[],
  matches: (secret: T) => Promise<boolean>,
): Promise<VerificationResult | null> {
  for (const [index, secret] of secrets.entries()) {
    if (await matches(secret)) return { isVerified: true, secret: which(index) };
  }
  return null;
}

/** The secrets as a list, the current one first. */
export const secretList = (secrets: Secrets): string[] =>
  secrets.previous === undefined ? [secrets.current] : [secrets.current, secrets.previous];
