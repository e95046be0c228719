/**
 * Masks secrets in texts and bytes. Finds a secret also when any of its characters are escaped as in JSON, percent-encoded
 * as in URLs and forms, or both, up to twice. Works on bytes: the body may have any encoding, and keeps its length.
 */
import { utf8 } from "./bytes.ts";

const ASTERISK = 0x2a;
const QUOTE = 0x22;
const PERCENT = 0x25;
const SLASH = 0x2f;
const BACKSLASH = 0x5c;
const LETTER_U = 0x75;

/** A decoded reading of bytes. `starts` has the offset of each byte in the original, and of the end; null: the original itself. */
interface Reading {
  bytes: Uint8Array;
  starts: Int32Array | null;
}

type Range = [start: number, end: number];

/**
 * How much of a secret is searched for. V8 skips ahead in a text by at most this much of what it searches for: with a longer
 * one, a text that is nearly the same everywhere takes as long as the product of their lengths.
 */
const MAX_NEEDLE_LENGTH = 250;

/** One character per byte, so that a position in the text is a position in the bytes. */
const latin1 = (bytes: Uint8Array): string => new TextDecoder("latin1").decode(bytes);

/**
 * Replaces every secret by asterisks of the same length.
 * @returns the same bytes if they contain no secret
 */
export function maskBytes(bytes: Uint8Array<ArrayBuffer>, secrets: readonly string[]): Uint8Array<ArrayBuffer> {
  const ranges = find(bytes, secrets);
  if (ranges.length === 0) return bytes;
  const masked = bytes.slice();
  for (const [start, end] of ranges) masked.fill(ASTERISK, start, end);
  return masked;
}

/** Replaces every secret in a text by asterisks, one for each byte. */
export function maskText(text: string, secrets: readonly string[]): string {
  const bytes = utf8(text);
  const masked = maskBytes(bytes, secrets);
  return masked === bytes ? text : new TextDecoder().decode(masked);
}

/** Whether a text contains a secret. */
export const holdsSecret = (text: string, secrets: readonly string[]): boolean => find(utf8(text), secrets).length > 0;

/** The range of every occurrence of a secret. */
function find(bytes: Uint8Array, secrets: readonly string[]): Range[] {
  const spelled = secrets
    .filter((secret) => secret !== "")
    .map((secret) => latin1(utf8(secret)))
    // In UTF-16, a NUL stands between two characters.
    .flatMap((secret) => [secret, Array.from(secret).join("\0")]);
  return spelled.length === 0 ? [] : findIn({ bytes, starts: null }, spelled, 0);
}

/** A secret may be escaped twice: a JSON text in a JSON string, an encoded URL in a form. */
const MAX_DEPTH = 2;

function findIn(reading: Reading, secrets: readonly string[], depth: number): Range[] {
  const text = latin1(reading.bytes);
  const offset = (index: number): number => reading.starts?.[index] ?? index;
  const ranges: Range[] = [];
  for (const secret of secrets) {
    const needle = secret.slice(0, MAX_NEEDLE_LENGTH);
    for (let at = text.indexOf(needle); at !== -1;) {
      const end = at + (text.startsWith(secret, at) ? secret : needle).length;
      const last = ranges.at(-1);
      // A short secret may stand a hundred thousand times in a row.
      if (last?.[1] === offset(at)) last[1] = offset(end);
      else ranges.push([offset(at), offset(end)]);
      at = text.indexOf(needle, end);
    }
  }
  if (depth === MAX_DEPTH) return ranges;
  for (const codec of CODECS) {
    if (!codec.isIn(text, secrets)) continue;
    for (const range of findIn(decodeAll(reading, codec), secrets, depth + 1)) ranges.push(range);
  }
  return ranges;
}

/** A kind of escape. */
interface Codec {
  /** Whether a text has an escape that can be part of a secret. */
  isIn(text: string, secrets: readonly string[]): boolean;
  /** The first byte of every escape. */
  lead: number;
  /** The character code of the escape at a position, and its length; -1: there is none. */
  codeAt(bytes: Uint8Array, at: number): number;
  lengthAt(bytes: Uint8Array, at: number): number;
  /** Whether the codes are bytes of UTF-8, not characters. */
  isBytes: boolean;
}

const CODECS: readonly Codec[] = [
  // RFC 8259 §7. A control character is no part of a secret, so its escape may stay.
  {
    isIn: (text, secrets) =>
      text.includes("\\") && (/\\u/.test(text) || secrets.some((secret) => /["/\\]/.test(secret))),
    lead: BACKSLASH,
    codeAt(bytes, at) {
      const next = bytes[at + 1] ?? 0;
      if (next === LETTER_U) return hex(bytes, at + 2, 4);
      return next === QUOTE || next === SLASH || next === BACKSLASH ? next : -1;
    },
    lengthAt: (bytes, at) => (bytes[at + 1] === LETTER_U ? 6 : 2),
    isBytes: false,
  },
  // RFC 3986 §2.1.
  {
    isIn: (text) => /%[0-9a-f]{2}/i.test(text),
    lead: PERCENT,
    codeAt: (bytes, at) => hex(bytes, at + 1, 2),
    lengthAt: () => 3,
    isBytes: true,
  },
];

/** Bodies may have a mebibyte, so this loop makes no objects. */
function decodeAll({ bytes, starts }: Reading, { lead, codeAt, lengthAt, isBytes }: Codec): Reading {
  const decoded = new Uint8Array(bytes.length);
  const decodedStarts = new Int32Array(bytes.length + 1);
  let length = 0;
  for (let at = 0; at < bytes.length;) {
    const byte = bytes[at] ?? 0;
    const code = byte === lead ? codeAt(bytes, at) : -1;
    const first = length;
    if (code === -1) decoded[length++] = byte;
    else if (isBytes || code < 0x80) decoded[length++] = code;
    else {
      if (code < 0x800) decoded[length++] = 0xc0 | (code >> 6);
      else {
        decoded[length++] = 0xe0 | (code >> 12);
        decoded[length++] = 0x80 | ((code >> 6) & 0x3f);
      }
      decoded[length++] = 0x80 | (code & 0x3f);
    }
    decodedStarts.fill(starts?.[at] ?? at, first, length);
    at += code === -1 ? 1 : lengthAt(bytes, at);
  }
  decodedStarts[length] = starts?.[bytes.length] ?? bytes.length;
  return { bytes: decoded.subarray(0, length), starts: decodedStarts };
}

/** The number that hex digits of either case write; -1: they are none. */
function hex(bytes: Uint8Array, at: number, digits: number): number {
  let value = 0;
  for (let index = at; index < at + digits; index++) {
    const digit = HEX_DIGITS[bytes[index] ?? 0] ?? -1;
    if (digit === -1) return -1;
    value = value * 16 + digit;
  }
  return value;
}

/** The value of each byte as a hex digit; -1: it is none. */
const HEX_DIGITS = Int8Array.from({ length: 256 }, (_, byte) =>
  "0123456789abcdef".indexOf(String.fromCharCode(byte).toLowerCase()),
);
