import { holdsSecret, maskText, REDACTED } from "../lib/sensitive.ts";
import type { Received } from "./delivery.ts";
import { openCompressed } from "./open-compressed.ts";

/**
 * Masks the integration's token in headers, body and path, so that no later stage, record or log line
 * contains it. The other schemes send no secret.
 */
export function redact<T extends Received>(delivery: T): T {
  const { config, secrets } = delivery.integration;
  if (config.verification.scheme !== "token") return delivery;
  const { headers: sent, body: readable } = openCompressed(delivery);
  const headers = new Headers([...sent].map(([name, value]) => [name, holdsSecret(value, secrets) ? REDACTED : value]));
  const body = { ...readable, bytes: maskSecrets(readable.bytes, secrets) };
  return { ...delivery, headers, body, path: maskText(delivery.path, secrets) };
}

const ASTERISK = 0x2a;

/**
 * A body with every spelling of the secrets replaced by asterisks of the same length; the same bytes if it contains none.
 * @param spellings ASCII
 */
export function maskSecrets(bytes: Uint8Array<ArrayBuffer>, spellings: readonly string[]): Uint8Array<ArrayBuffer> {
  // One character per byte in any encoding: a position in the text is a position in the bytes.
  const text = new TextDecoder("latin1").decode(bytes);
  let masked: Uint8Array<ArrayBuffer> | undefined;
  for (const spelling of spellings) {
    for (let at = text.indexOf(spelling); at !== -1; at = text.indexOf(spelling, at + spelling.length)) {
      masked ??= bytes.slice();
      masked.fill(ASTERISK, at, at + spelling.length);
    }
  }
  return masked ?? bytes;
}
