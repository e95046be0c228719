/** FNV-1a (RFC 9923). Spreads texts evenly; not for secrets. */

/** FNV-1a of a text, 32 bits. */
export function fnv1a(text: string): number {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) value = Math.imul(value ^ byte, 0x01000193);
  return value >>> 0;
}

/** FNV-1a of bytes, 64 bits, as 16 hex digits. */
export function fnv1a64(bytes: Uint8Array): string {
  // The prime is 2^40 + 0x1b3. In two halves of 32 bits, which is much faster than BigInt.
  let [high, low] = [0xcbf29ce4, 0x84222325];
  for (const byte of bytes) {
    low = (low ^ byte) >>> 0;
    const product = low * 0x1b3;
    high = (Math.imul(high, 0x1b3) + Math.floor(product / 2 ** 32) + (low << 8)) >>> 0;
    low = product % 2 ** 32;
  }
  return high.toString(16).padStart(8, "0") + low.toString(16).padStart(8, "0");
}
