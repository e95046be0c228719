/** Reading a request's body without trusting its length. */

/** Largest body taken, in bytes. */
export const MAX_BODY_BYTES = 1024 * 1024;

export interface ReadBody {
  /** The body, or its first MAX_BODY_BYTES when it is longer. */
  bytes: Uint8Array<ArrayBuffer>;
  isTooLarge: boolean;
  /** Length that the senderProfile announced, where the body was not read to its end; null: not announced. */
  announcedBytes: number | null;
}

/** Of a body that is too large, so much is read to its end and dropped: a senderProfile still sending would miss the answer. */
const MAX_DRAINED_BYTES = 32 * MAX_BODY_BYTES;

/** Reads a body and keeps it up to the limit. */
export async function readBody(request: Request): Promise<ReadBody> {
  const header = request.headers.get("content-length");
  const announcedBytes = header && /^\d+$/.test(header) ? Number(header) : null;
  // The usual case: an honest length within the limit.
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
