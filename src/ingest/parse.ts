import { charsetOf, decodeText } from "../lib/charset.ts";
import { JsonError, parseLenientJson } from "../lib/json.ts";
import { Problem } from "../lib/problem.ts";
import { maskStrings } from "../lib/mask-message.ts";
import { readMessage } from "../providers/email-message.ts";
import type { BodyFormat } from "../providers/provider.ts";
import type { Parsed, Verified } from "./delivery.ts";
import { contentOf, type ReadBody } from "./read-body.ts";
import { type Form, readMultipart, readUrlEncoded } from "./read-form.ts";
import { rejectBody, type Rejection } from "./rejection.ts";

/** Parses the body into the input of the provider. */
export async function parse(delivery: Verified): Promise<Parsed | Rejection> {
  const { headers, path, url, body, receivedAt, replayOf } = delivery;
  const { config, secrets } = delivery.integration;
  const { formats = [], queryFields } = delivery.integration.provider;
  // The path, or the query, may contain all the information.
  const mayBeEmpty = path !== "" || queryFields !== undefined;
  try {
    const { value, isJson, notes } = await parseBody(contentOf(body), headers.get("content-type"), formats, mayBeEmpty);
    const input = {
      headers,
      // The address of an integration may be anywhere in a message, also in its encoded parts.
      body: config.verification.scheme === "email" ? maskStrings(value, secrets) : value,
      path,
      query: url.searchParams,
      // A replay must read time-dependent fields as they were read the first time.
      receivedAt: replayOf?.receivedAt ?? receivedAt,
    };
    return {
      ...delivery,
      input,
      isJson: isJson && body.inflated === undefined,
      notes: [...storageNotes(body), ...notes],
    };
  } catch (error) {
    return rejectBody(delivery, error);
  }
}

const storageNotes = ({ isStoredInflated }: ReadBody): string[] =>
  isStoredInflated ? ["the body held the token, so it is stored inflated, with the token masked"] : [];

const REPAIRED = "the body has bytes that are not in its charset; they were read as windows-1252";
const LENIENT =
  "the body has bare control characters in strings, which JSON does not allow; they were read as if escaped";

interface ParsedBody {
  /** See ProviderInput.body. */
  value: unknown;
  format: "json" | BodyFormat;
  /** It is JSON as the standard has it, in UTF-8. */
  isJson: boolean;
  /** How the body had to be read, as phrases for the operator. */
  notes: string[];
}

/**
 * Parses a body: as JSON with any content type, because many senders set none or a wrong one (`curl -d` calls
 * everything a form); otherwise by its content type, if the provider accepts that format.
 * @param mayBeEmpty whether the delivery has a meaning without a body
 * @throws JsonError for an invalid body that is not another accepted format; Problem for an unsupported format;
 * UnknownCharsetError
 */
export async function parseBody(
  bytes: Uint8Array<ArrayBuffer>,
  contentType: string | null,
  formats: readonly BodyFormat[],
  mayBeEmpty: boolean,
): Promise<ParsedBody> {
  if (bytes.length === 0 && mayBeEmpty) return { value: {}, format: "json", isJson: false, notes: [] };
  const type = contentType?.split(";")[0]?.trim().toLowerCase() ?? "";
  if (type === "multipart/form-data" && formats.includes("form")) return fromForm(readMultipart(bytes, contentType));
  const charset = charsetOf(contentType);
  const { text, isPlainUtf8, isRepaired } = decodeText(bytes, charset);
  const repairs = isRepaired ? [REPAIRED] : [];
  try {
    const { value, isStrict } = parseLenientJson(text);
    const notes = isStrict ? repairs : [...repairs, LENIENT];
    return { value, format: "json", isJson: isStrict && isPlainUtf8, notes };
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    if (type === "application/x-www-form-urlencoded" && formats.includes("form") && FORM.test(text)) {
      return fromForm(readUrlEncoded(bytes, charset));
    }
    if (formats.includes("message")) {
      const { message, isRepaired: isMessageRepaired } = await readMessage(bytes);
      return { value: message, format: "message", isJson: false, notes: isMessageRepaired ? [REPAIRED] : [] };
    }
    if (formats.includes("text") && !/[/+]json$/.test(type))
      return { value: text, format: "text", isJson: false, notes: repairs };
    if (type === "" || type === "text/plain" || /[/+]json$/.test(type)) throw error;
    const accepted = ["JSON", ...formats].join(" or ");
    throw new Problem("unsupported-media-type", `Unsupported format ${type.slice(0, 100)}. Send ${accepted}.`);
  }
}

const fromForm = ({ fields, isRepaired }: Form): ParsedBody => ({
  value: fields,
  format: "form",
  isJson: false,
  notes: isRepaired ? [REPAIRED] : [],
});

/** A first field whose name needs no escaping. */
const FORM = /^\s*[\w.%+[\]-]+=/;
