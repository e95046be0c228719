/** Undoes the Content-Encoding of a body (RFC 9110 §8.4), bounded: a small body may inflate to gigabytes. */
import { gunzipSync, inflateRawSync, inflateSync } from "node:zlib";

/** Why a body cannot be inflated. */
export type InflateFault = "unsupported" | "corrupt" | "too-large";

/** A proxy may add a coding of its own. Nobody applies more. */
const MAX_CODINGS = 3;

/** The codings of a body in the order in which they were applied, without `identity`. */
export const codingsOf = (header: string | null): string[] =>
  (header ?? "")
    .toLowerCase()
    .split(",")
    .map((coding) => coding.trim())
    .filter((coding) => coding !== "" && coding !== "identity");

/**
 * Inflates a body.
 * @param header the value of Content-Encoding; null: the body has none
 * @param maxBytes the largest body that is returned
 */
export function inflate(
  bytes: Uint8Array<ArrayBuffer>,
  header: string | null,
  maxBytes: number,
): Uint8Array<ArrayBuffer> | InflateFault {
  const inflaters = codingsOf(header).map((coding) => INFLATERS.get(coding));
  if (inflaters.length > MAX_CODINGS) return "unsupported";
  let content = bytes;
  for (const inflater of inflaters.toReversed()) {
    if (!inflater) return "unsupported";
    try {
      content = new Uint8Array(inflater(content, { maxOutputLength: maxBytes }));
    } catch (error) {
      return error instanceof RangeError ? "too-large" : "corrupt";
    }
  }
  return content;
}

type Inflater = (bytes: Uint8Array, options: { maxOutputLength: number }) => Uint8Array;

/** `deflate` is the zlib format (RFC 1950), but some senders omit its header. */
const inflateDeflate: Inflater = (bytes, options) =>
  hasZlibHeader(bytes) ? inflateSync(bytes, options) : inflateRawSync(bytes, options);

const hasZlibHeader = ([first = 0, second = 0]: Uint8Array): boolean =>
  (first & 0x0f) === 8 && (first * 256 + second) % 31 === 0;

const INFLATERS: ReadonlyMap<string, Inflater> = new Map<string, Inflater>([
  ["gzip", gunzipSync],
  ["x-gzip", gunzipSync],
  ["deflate", inflateDeflate],
]);
