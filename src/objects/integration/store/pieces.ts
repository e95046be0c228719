/** Splits texts and bytes that are too large for one row into pieces. Pure. */

/** Well below MAX_ROW_BYTES, so that a row has room for its other columns. */
export const MAX_PIECE_BYTES = 1_000_000;

/** A character has at most three bytes of UTF-8. */
const MAX_PIECE_CHARACTERS = Math.floor(MAX_PIECE_BYTES / 3);

/** Splits a text. No piece ends within a surrogate pair. An empty text has no piece. */
export function splitText(text: string): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length;) {
    let end = Math.min(at + MAX_PIECE_CHARACTERS, text.length);
    if (end < text.length && isLowSurrogate(text.charCodeAt(end))) end--;
    pieces.push(text.slice(at, end));
    at = end;
  }
  return pieces;
}

/** Splits bytes. No bytes have no piece. */
export function splitBytes(bytes: Uint8Array): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += MAX_PIECE_BYTES) pieces.push(bytes.subarray(at, at + MAX_PIECE_BYTES));
  return pieces;
}

/** Puts pieces together. Copies nothing if there is only one. */
export function joinBytes(pieces: readonly Uint8Array[]): Uint8Array {
  const [only] = pieces;
  if (only && pieces.length === 1) return only;
  const joined = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}

/** How many of the first items have at most this size together; at least one. */
export function countWithin(sizes: readonly number[], max: number): number {
  let sum = 0;
  const first = sizes.findIndex((size) => (sum += size) > max);
  return first === -1 ? sizes.length : Math.max(first, 1);
}

const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;
