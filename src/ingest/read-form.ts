/** Reads forms as bytes, because their fields may be in any charset (URLSearchParams and FormData know only UTF-8). */
import { fromBinary, toBinary, utf8 } from "../lib/bytes.ts";
import { charsetOf, decodeText, hasByteOrderMark } from "../lib/charset.ts";
import { JsonError } from "../lib/json.ts";

export interface Form {
  /** The text fields. A field that occurs twice keeps its last value, as in JSON. */
  fields: Record<string, string>;
  /** See DecodedText. */
  isRepaired: boolean;
}

/** Each field is decoded on its own. No real form has this many. */
const MAX_FIELDS = 10_000;

/**
 * Reads `application/x-www-form-urlencoded`.
 * @param charset the declared charset of the fields; null: UTF-8
 * @throws JsonError when it has too many fields
 */
export function readUrlEncoded(bytes: Uint8Array, charset: string | null): Form {
  // The separators are single bytes in every charset but UTF-16.
  const body =
    /^utf-?16|^ucs-?2|^unicode/i.test(charset ?? "") || hasByteOrderMark(bytes)
      ? utf8(decodeText(bytes, charset).text)
      : bytes;
  const fieldCharset = body === bytes ? charset : null;
  const pairs = toBinary(body)
    .replace(/^[ \t\r\n]+/, "")
    .replace(/(?<![ \t\r\n])[ \t\r\n]+$/, "")
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair): Field => {
      const at = pair.indexOf("=");
      const [name, value] = at === -1 ? [pair, ""] : [pair.slice(0, at), pair.slice(at + 1)];
      return { name: percentDecode(name), value: percentDecode(value), charset: fieldCharset };
    });
  return toForm(pairs);
}

/**
 * Reads the text fields of `multipart/form-data` (RFC 7578).
 * @throws JsonError when the body has no such parts, or too many
 */
export function readMultipart(bytes: Uint8Array, contentType: string | null): Form {
  const boundary = /boundary\s*=\s*(?:"([^"]+)"|([^;\s]+))/i.exec(contentType ?? "");
  const delimiter = `--${boundary?.[1] ?? boundary?.[2] ?? ""}`;
  // A line break before the first delimiter, as before the others.
  const [preamble, ...parts] = `\n${toBinary(bytes)}`.split(new RegExp(String.raw`\r?\n${escapeRegExp(delimiter)}`));
  const end = parts.pop();
  if (!boundary || preamble === undefined || !end?.startsWith("--")) throw noMultipart();
  const charset = charsetOf(contentType);
  return toForm(parts.flatMap((part) => readPart(part, charset)));
}

/** Part of a form, one character per byte. */
interface Field {
  name: string;
  value: string;
  charset: string | null;
}

/** A text field; none for a file. */
function readPart(part: string, charset: string | null): Field[] {
  const [, head, value] = /^[ \t]*\r?\n([\s\S]*?)\r?\n\r?\n([\s\S]*)$/.exec(part) ?? [];
  const disposition = /^content-disposition:[ \t]*form-data;(.*)$/im.exec(head ?? "")?.[1];
  const name = /(?:^|;)\s*name\s*=\s*(?:"([^"]*)"|([^;\s]+))/i.exec(disposition ?? "");
  if (value === undefined || disposition === undefined || !name) throw noMultipart();
  if (/(?:^|;)\s*filename\*?\s*=/i.test(disposition)) return [];
  const own = charsetOf(/^content-type:(.*)$/im.exec(head ?? "")?.[1] ?? null);
  return [{ name: name[1] ?? name[2] ?? "", value, charset: own ?? charset }];
}

function toForm(read: readonly Field[]): Form {
  if (read.length > MAX_FIELDS) throw new JsonError(`the form has more than ${MAX_FIELDS} fields`);
  let isRepaired = false;
  const text = (binary: string, charset: string | null): string => {
    const decoded = decodeText(fromBinary(binary), charset, false);
    isRepaired ||= decoded.isRepaired;
    return decoded.text;
  };
  const fields = Object.fromEntries(
    read.map(({ name, value, charset }) => [text(name, charset), text(value, charset)]),
  );
  return { fields, isRepaired };
}

const percentDecode = (binary: string): string =>
  binary
    .replaceAll("+", " ")
    .replaceAll(/%([\dA-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

const escapeRegExp = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);

const noMultipart = (): JsonError => new JsonError("the body is not multipart/form-data");
