/** Reads request bodies without trusting their length. */

/** The largest body that is accepted, in bytes. */
export const MAX_BODY_BYTES = 1024 * 1024;

export interface ReadBody {
  /** The body, or its first MAX_BODY_BYTES when it is longer. */
  bytes: Uint8Array<ArrayBuffer>;
  isTooLarge: boolean;
  /** The Content-Length of the request; null: it has none. */
  announcedBytes: number | null;
  /** The body without its Content-Encoding; undefined: it has none. */
  inflated?: Uint8Array<ArrayBuffer>;
  /** `bytes` were inflated before anything else, because the compressed ones held a secret. */
  isStoredInflated?: true;
}

/** The bytes that a provider reads. */
export const contentOf = ({ inflated, bytes }: ReadBody): Uint8Array<ArrayBuffer> => inflated ?? bytes;

/** How much of an oversized body is read and dropped: a sender that is still sending would miss the answer. */
const MAX_DRAINED_BYTES = 32 * MAX_BODY_BYTES;

/** Reads a body and keeps at most MAX_BODY_BYTES of it. */
export async function readBody(request: Request): Promise<ReadBody> {
  const header = request.headers.get("content-length");
  const announcedBytes = header && /^\d+$/.test(header) ? Number(header) : null;
  if (announcedBytes !== null && announcedBytes <= MAX_BODY_BYTES) {
    return { bytes: new Uint8Array(await request.arrayBuffer()), isTooLarge: false, announcedBytes };
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = request.body?.getReader();
  while (reader && length <= MAX_DRAINED_BYTES) {
    const { done, value } = await reader.read();
    if (done) break;
    if (length <= MAX_BODY_BYTES) chunks.push(value);
    length += value.length;
  }
  const isTooLarge = length > MAX_BODY_BYTES;
  if (length > MAX_DRAINED_BYTES) await reader?.cancel();
  const bytes = new Uint8Array(Math.min(length, MAX_BODY_BYTES));
  let at = 0;
  for (const chunk of chunks) {
    const part = chunk.subarray(0, bytes.length - at);
    bytes.set(part, at);
    at += part.length;
  }
  return { bytes, isTooLarge, announcedBytes };
}
