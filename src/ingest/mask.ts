import { spellings } from "../lib/sensitive.ts";

/** Keeps secrets that a sender puts into the body out of everything that is kept. */

const ASTERISK = 0x2a;

/**
 * The body with each secret replaced by as many asterisks, in all its spellings; the very bytes where none stands in it.
 * Secrets must be ASCII.
 */
export function maskSecrets(bytes: Uint8Array<ArrayBuffer>, secrets: readonly string[]): Uint8Array<ArrayBuffer> {
  // One character a byte, whatever the encoding: a position in the text is a position in the bytes.
  const text = new TextDecoder("latin1").decode(bytes);
  let masked: Uint8Array<ArrayBuffer> | undefined;
  for (const spelling of secrets.flatMap(spellings)) {
    for (let at = text.indexOf(spelling); at !== -1; at = text.indexOf(spelling, at + spelling.length)) {
      masked ??= bytes.slice();
      masked.fill(ASTERISK, at, at + spelling.length);
    }
  }
  return masked ?? bytes;
}
