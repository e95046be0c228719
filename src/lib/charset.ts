/**
 * Reads bytes as text: in the charset of a byte order mark, else in the declared one, else as UTF-8. Monitoring plugins on
 * old hosts write windows-1252 whatever their tool declares, so that is how everything else is read: no two texts become the
 * same one, as they would with replacement characters.
 */

export interface DecodedText {
  /** Without a byte order mark. */
  text: string;
  /** The bytes are UTF-8 without a byte order mark, or another charset wrote only what is the same in UTF-8. */
  isPlainUtf8: boolean;
  /** Bytes were not in the charset, and were read as windows-1252. */
  isRepaired: boolean;
}

/** The declared charset does not exist. The message may be shown to the sender. */
export class UnknownCharsetError extends Error {
  override name = "UnknownCharsetError";
}

/** The charset parameter of a Content-Type; null: none. */
export function charsetOf(contentType: string | null): string | null {
  const found = /;\s*charset\s*=\s*["']?([^"';,\s]*)/i.exec(contentType ?? "")?.[1];
  return found === undefined || found === "" ? null : found;
}

/**
 * Decodes bytes.
 * @param declared the label of a charset (https://encoding.spec.whatwg.org/#names-and-labels); null: none is declared
 * @param isWhole whether the bytes are a whole body, which may begin with a byte order mark
 * @throws UnknownCharsetError
 */
export function decodeText(bytes: Uint8Array, declared: string | null, isWhole = true): DecodedText {
  const mark = isWhole ? byteOrderMark(bytes) : null;
  const decoder = newDecoder(mark?.charset ?? declared ?? "utf-8");
  const content = mark ? bytes.subarray(mark.length) : bytes;
  const text = decode(decoder, content);
  if (text === null) return { text: repair(content), isPlainUtf8: false, isRepaired: true };
  const isPlainUtf8 = !mark && (decoder.encoding === "utf-8" || decode(UTF_8, content) === text);
  return { text, isPlainUtf8, isRepaired: false };
}

/** The text of bytes with a Content-Type, where an unknown charset must not be an error: it counts as none. */
export function readText(bytes: Uint8Array, contentType: string | null): string {
  try {
    return decodeText(bytes, charsetOf(contentType)).text;
  } catch (error) {
    if (!(error instanceof UnknownCharsetError)) throw error;
    return decodeText(bytes, null).text;
  }
}

/** Whether bytes begin with the byte order mark of UTF-8 or UTF-16. */
export const hasByteOrderMark = (bytes: Uint8Array): boolean => byteOrderMark(bytes) !== null;

const newStrictDecoder = (label: string): TextDecoder => new TextDecoder(label, { fatal: true, ignoreBOM: true });

const UTF_8 = newStrictDecoder("utf-8");

function newDecoder(label: string): TextDecoder {
  if (/^utf-?8$/i.test(label)) return UTF_8;
  try {
    return newStrictDecoder(label);
  } catch {
    throw new UnknownCharsetError(
      `unknown charset ${label.slice(0, 40)}; send UTF-8, or declare the charset by its name in the IANA registry`,
    );
  }
}

function decode(decoder: TextDecoder, bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

function byteOrderMark(bytes: Uint8Array): { charset: string; length: number } | null {
  const [first, second, third] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) return { charset: "utf-8", length: 3 };
  if (first === 0xff && second === 0xfe) return { charset: "utf-16le", length: 2 };
  if (first === 0xfe && second === 0xff) return { charset: "utf-16be", length: 2 };
  return null;
}

/** The ASCII characters that separate the texts of a body: quotes, ampersands and line breaks. */
const SEPARATORS: ReadonlySet<number> = new Set([0x22, 0x26, 0x0a, 0x0d]);

/** A real body has few texts with other characters than ASCII. */
const MAX_REPAIRED_TEXTS = 10_000;

/**
 * Reads each text between separators as UTF-8 if it is that, else as windows-1252: the name that a tool writes in UTF-8
 * stays the same beside the output of a plugin that is not.
 */
function repair(bytes: Uint8Array): string {
  const windows1252 = newStrictDecoder("windows-1252");
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at < bytes.length && parts.length < MAX_REPAIRED_TEXTS; at++) {
    if (!SEPARATORS.has(bytes[at] ?? 0)) continue;
    const part = bytes.subarray(from, at + 1);
    parts.push(decode(UTF_8, part) ?? windows1252.decode(part));
    from = at + 1;
  }
  const rest = bytes.subarray(from);
  return parts.join("") + (decode(UTF_8, rest) ?? windows1252.decode(rest));
}
