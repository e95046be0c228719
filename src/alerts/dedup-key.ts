/** The dedup key of a delivery: what makes another delivery within the dedup window its duplicate. */

export interface DedupKey {
  /** `key`: the idempotency key that the source gave. `fingerprint`: the content fingerprint, where it gave none. */
  kind: "key" | "fingerprint";
  value: string;
}

/** The dedup key of a delivery: its idempotency key if the source gave one, else its content fingerprint. */
export const dedupKeyOf = (idempotencyKey: string | null, contentFingerprint: string): DedupKey =>
  idempotencyKey === null ? { kind: "fingerprint", value: contentFingerprint } : { kind: "key", value: idempotencyKey };
