/** Keeps secrets that a senderProfile puts into the body out of everything that is kept. */

const ASTERISK = 0x2a;

/**
 * The body with each of the spellings of secrets replaced by as many asterisks; the very bytes where none stands in it.
 * Secrets must be ASCII.
 */
export function maskSecrets(bytes: Uint8Array<ArrayBuffer>, spelled: readonly string[]): Uint8Array<ArrayBuffer> {
  // One character a byte, whatever the encoding: a position in the text is a position in the bytes.
  const text = new TextDecoder("latin1").decode(bytes);
  let masked: Uint8Array<ArrayBuffer> | undefined;
  for (const spelling of spelled) {
    for (let at = text.indexOf(spelling); at !== -1; at = text.indexOf(spelling, at + spelling.length)) {
      masked ??= bytes.slice();
      masked.fill(ASTERISK, at, at + spelling.length);
    }
  }
  return masked ?? bytes;
}
