/**
 * Masks secrets in texts and bytes. Finds a secret also when any of its characters are escaped as in JSON, percent-encoded
 * as in URLs and forms, or both, up to twice. Works on bytes: the body may have any encoding, and keeps its length.
 */
import { HEX_DIGITS, utf8 } from "./bytes.ts";

const ASTERISK = 0x2a;
const QUOTE = 0x22;
const SLASH = 0x2f;
const BACKSLASH = 0x5c;
const LETTER_U = 0x75;

/** A decoded reading of bytes. */
interface Reading {
  /** One character per byte, so that a position in the text is a position in the bytes. */
  text: string;
  /** The position in the original of a position in the text. */
  offset(index: number): number;
}

type Range = [start: number, end: number];

/**
 * How much of a secret is searched for. V8 skips ahead in a text by at most this much of what it searches for: with a longer
 * one, a text that is nearly the same everywhere takes as long as the product of their lengths.
 */
const MAX_NEEDLE_LENGTH = 250;

const LATIN_1 = new TextDecoder("latin1");

const latin1 = (bytes: Uint8Array): string => LATIN_1.decode(bytes);

// oxlint-disable-next-line no-control-regex -- the characters that UTF-8 writes as one byte
const ASCII = /^[\u0000-\u007f]*$/;

const bytesOfText = (text: string): string => (ASCII.test(text) ? text : latin1(utf8(text)));

/**
 * Replaces every secret by asterisks of the same length.
 * @returns the same bytes if they contain no secret
 */
export function maskBytes(bytes: Uint8Array<ArrayBuffer>, secrets: readonly string[]): Uint8Array<ArrayBuffer> {
  const ranges = find(latin1(bytes), secrets);
  if (ranges.length === 0) return bytes;
  const masked = bytes.slice();
  for (const [start, end] of ranges) masked.fill(ASTERISK, start, end);
  return masked;
}

/** Replaces every secret in a text by asterisks, one for each byte. */
export function maskText(text: string, secrets: readonly string[]): string {
  return text === "" || !holdsSecret(text, secrets) ? text : new TextDecoder().decode(maskBytes(utf8(text), secrets));
}

/** Whether a text contains a secret. */
export const holdsSecret = (text: string, secrets: readonly string[]): boolean =>
  find(bytesOfText(text), secrets).length > 0;

/** The range of every occurrence of a secret. @param text one character per byte */
function find(text: string, secrets: readonly string[]): Range[] {
  const spelled = spellingsOf(secrets);
  return spelled.length === 0 ? [] : findIn({ text, offset: (index) => index }, spelled, 0);
}

const spellings = new WeakMap<readonly string[], readonly string[]>();

/** How secrets are written as bytes. Known for a list of secrets: the parts of a delivery are searched one after the other. */
function spellingsOf(secrets: readonly string[]): readonly string[] {
  let spelled = spellings.get(secrets);
  if (!spelled) {
    spelled = secrets.filter((secret) => secret !== "").map(bytesOfText);
    spellings.set(secrets, spelled);
  }
  return spelled;
}

/** The texts to search for: in UTF-16, a NUL stands between two characters. */
const needlesIn = (text: string, secrets: readonly string[]): readonly string[] =>
  text.includes("\0") ? secrets.flatMap((secret) => [secret, Array.from(secret).join("\0")]) : secrets;

/** A secret may be escaped twice: a JSON text in a JSON string, an encoded URL in a form. */
const MAX_DEPTH = 2;

function findIn(reading: Reading, secrets: readonly string[], depth: number): Range[] {
  const { text, offset } = reading;
  const ranges: Range[] = [];
  for (const secret of needlesIn(text, secrets)) {
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
  /** The first character of every escape. */
  lead: string;
  /** The bytes of the escape at a position, one character each; null: there is none. */
  decode(text: string, at: number): string | null;
  /** The length of that escape. */
  lengthAt(text: string, at: number): number;
}

const CODECS: readonly Codec[] = [
  // RFC 8259 §7. A control character is no part of a secret, so its escape may stay.
  {
    isIn: (text, secrets) =>
      text.includes("\\") && (text.includes("\\u") || secrets.some((secret) => /["/\\]/.test(secret))),
    lead: "\\",
    decode(text, at) {
      const next = text.charCodeAt(at + 1);
      if (next === LETTER_U) return utf8Of(hex(text, at + 2, 4));
      return next === QUOTE || next === SLASH || next === BACKSLASH ? (BYTES[next] ?? null) : null;
    },
    lengthAt: (text, at) => (text.charCodeAt(at + 1) === LETTER_U ? 6 : 2),
  },
  // RFC 3986 §2.1.
  {
    isIn: (text) => /%[0-9a-f]{2}/i.test(text),
    lead: "%",
    decode: (text, at) => BYTES[hex(text, at + 1, 2)] ?? null,
    lengthAt: () => 3,
  },
];

/** Each byte as a character. */
const BYTES: readonly string[] = Array.from(latin1(Uint8Array.from({ length: 256 }, (_, byte) => byte)));

/** A character (UTF-16 code) in UTF-8; null for -1. */
function utf8Of(code: number): string | null {
  if (code < 0x80) return BYTES[code] ?? null;
  const last = BYTES[0x80 | (code & 0x3f)] ?? "";
  if (code < 0x800) return (BYTES[0xc0 | (code >> 6)] ?? "") + last;
  return (BYTES[0xe0 | (code >> 12)] ?? "") + (BYTES[0x80 | ((code >> 6) & 0x3f)] ?? "") + last;
}

/** Decodes the escapes. Copies the text between two escapes at once, because bodies have up to 1 MiB and few escapes. */
function decodeAll({ text, offset }: Reading, { lead, decode, lengthAt }: Codec): Reading {
  let bytesSoFar = "";
  /** Positions in the decoded text, rising, and the same positions in `text`: at the beginning and end of each escape. */
  const decoded: number[] = [0];
  const original: number[] = [0];
  let from = 0;
  for (let at = text.indexOf(lead); at !== -1;) {
    const bytes = decode(text, at);
    const end = at + (bytes === null ? 1 : lengthAt(text, at));
    if (bytes !== null) {
      if (from < at) {
        bytesSoFar += text.slice(from, at);
        decoded.push(bytesSoFar.length);
        original.push(at);
      }
      bytesSoFar += bytes;
      decoded.push(bytesSoFar.length);
      original.push(end);
      from = end;
    }
    at = text.indexOf(lead, end);
  }
  const ownOffset = (index: number): number => {
    const last = lastUpTo(decoded, index);
    return (original[last] ?? 0) + index - (decoded[last] ?? 0);
  };
  return { text: bytesSoFar + text.slice(from), offset: (index) => offset(ownOffset(index)) };
}

/** The index of the last number that is at most a value. The numbers rise. */
function lastUpTo(numbers: readonly number[], value: number): number {
  let low = 0;
  let high = numbers.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((numbers[middle] ?? Infinity) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The number that hex digits of either case write; -1: they are none. */
function hex(text: string, at: number, digits: number): number {
  let value = 0;
  for (let index = at; index < at + digits; index++) {
    const digit = HEX_DIGITS[text.charCodeAt(index)] ?? -1;
    if (digit === -1) return -1;
    value = value * 16 + digit;
  }
  return value;
}
