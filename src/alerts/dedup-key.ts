/** The dedup key of a delivery. Another delivery with the same key within the dedup window is its duplicate. */

export interface DedupKey {
  /** `key`: the idempotency key from the source. `fingerprint`: the content fingerprint, if the source sent no key. */
  kind: "key" | "fingerprint";
  value: string;
  /**
   * The events fingerprint of a delivery that repeats the idempotency key of another delivery with other events. Such a
   * delivery is remembered beside the other one.
   */
  variant?: string;
}

/** The dedup key of a delivery: its idempotency key if the source sent one, else its content fingerprint. */
export const dedupKeyOf = (idempotencyKey: string | null, contentFingerprint: string): DedupKey =>
  idempotencyKey === null ? { kind: "fingerprint", value: contentFingerprint } : { kind: "key", value: idempotencyKey };
