/**
 * Masks the token of an address in an email. Servers change the case of an address, quoted-printable breaks lines within it, and a part
 * in base64 may hold it.
 */
import { fromBase64, fromBinary, toBase64, toBinary } from "./bytes.ts";
import { isObject } from "./json.ts";
import { maskBytes } from "./mask.ts";

/** Spellings of one message. Each one needs a search through it. */
const MAX_SPELLINGS = 32;

/** Shorter texts are no tokens. */
const MIN_LENGTH = 16;

/** The secrets in every case and with every soft line break in which a message has them. */
export function spellingsIn(message: Uint8Array, secrets: readonly string[]): string[] {
  const text = toBinary(message);
  const found = secrets.filter(isToken).flatMap((secret) => {
    // RFC 2045 §6.7 (5): a soft line break may be between any two characters.
    const pattern = new RegExp(Array.from(secret, escape).join(String.raw`(?:=\r?\n)?`), "gi");
    return Array.from(text.matchAll(pattern), ([spelled]) => spelled);
  });
  return [...new Set([...secrets, ...found])].slice(0, secrets.length + MAX_SPELLINGS);
}

/** A line of base64, and the lines after it. */
const BASE64 = /[A-Za-z0-9+/]{32,}={0,2}(?:\r?\n[A-Za-z0-9+/]+={0,2})*/g;

/** Replaces secrets inside base64 by asterisks, which are encoded again. The length stays the same. */
export function maskBase64(message: Uint8Array<ArrayBuffer>, secrets: readonly string[]): Uint8Array<ArrayBuffer> {
  const tokens = secrets.filter(isToken);
  if (tokens.length === 0) return message;
  const text = toBinary(message);
  const masked = text.replaceAll(BASE64, (block) => maskBlock(block, tokens));
  return masked === text ? message : fromBinary(masked);
}

function maskBlock(block: string, tokens: readonly string[]): string {
  const bytes = fromBase64(block.replaceAll(/[\r\n]/g, ""));
  if (!bytes) return block;
  const masked = maskBytes(bytes, spellingsIn(bytes, tokens));
  if (masked === bytes) return block;
  const encoded = toBase64(masked);
  let at = 0;
  return block.replaceAll(/[^\r\n]/g, (char) => encoded[at++] ?? char);
}

/** A value with secrets in its texts replaced by asterisks, without regard to case. */
export function maskStrings(value: unknown, secrets: readonly string[] = []): unknown {
  const tokens = secrets.filter(isToken);
  if (tokens.length === 0) return value;
  const pattern = new RegExp(tokens.map(escape).join("|"), "gi");
  const mask = (part: unknown): unknown => {
    if (typeof part === "string") return part.replaceAll(pattern, (found) => "*".repeat(found.length));
    if (Array.isArray(part)) return part.map(mask);
    return isObject(part) ? Object.fromEntries(Object.entries(part).map(([name, child]) => [name, mask(child)])) : part;
  };
  return mask(value);
}

const isToken = (secret: string): boolean => secret.length >= MIN_LENGTH;

const escape = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`);
