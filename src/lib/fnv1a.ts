/** FNV-1a of a text, 32 bits: RFC 9923. Spreads names evenly; not for secrets. */
export function fnv1a(text: string): number {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) value = Math.imul(value ^ byte, 0x01000193);
  return value >>> 0;
}
