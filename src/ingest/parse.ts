import { toText } from "../lib/bytes.ts";
import { JsonError, parseJson } from "../lib/json.ts";
import { Problem } from "../lib/problem.ts";
import type { BodyFormat } from "../providers/provider.ts";
import type { Parsed, Verified } from "./delivery.ts";
import { rejectBody, type Rejection } from "./rejection.ts";

/** Parses the body into the input of the provider. */
export async function parse(delivery: Verified): Promise<Parsed | Rejection> {
  const { headers, path, url, body, receivedAt, replayOf } = delivery;
  const { formats = [] } = delivery.integration.provider;
  try {
    const { value, isJson } = await parseBody(body.bytes, headers.get("content-type"), formats, path !== "");
    const input = {
      headers,
      body: value,
      path,
      query: url.searchParams,
      // A replay must read time-dependent fields as they were read the first time.
      receivedAt: replayOf?.receivedAt ?? receivedAt,
    };
    return { ...delivery, input, isJson };
  } catch (error) {
    return rejectBody(delivery, error);
  }
}

interface ParsedBody {
  /** See ProviderInput.body. */
  value: unknown;
  isJson: boolean;
}

/**
 * Parses a body: as JSON with any content type, because many senders set none or a wrong one (`curl -d` calls
 * everything a form); otherwise by its content type, where the provider accepts that format.
 * @param isApiCall a call of a compatibility API, whose path may contain all the information
 * @throws JsonError for an invalid body that is not another accepted format; Problem for an unsupported format
 */
async function parseBody(
  bytes: Uint8Array<ArrayBuffer>,
  contentType: string | null,
  formats: readonly BodyFormat[],
  isApiCall: boolean,
): Promise<ParsedBody> {
  if (bytes.length === 0 && isApiCall) return { value: {}, isJson: false };
  const type = contentType?.split(";")[0]?.trim().toLowerCase() ?? "";
  if (type === "multipart/form-data" && formats.includes("form")) {
    return { value: await multipart(bytes, contentType), isJson: false };
  }
  const text = decodeUtf8(bytes);
  try {
    const hasByteOrderMark = text.startsWith("\uFEFF");
    return { value: parseJson(hasByteOrderMark ? text.slice(1) : text), isJson: !hasByteOrderMark };
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    if (type === "application/x-www-form-urlencoded" && formats.includes("form") && FORM.test(text)) {
      return { value: fields(new URLSearchParams(text.trim())), isJson: false };
    }
    if (formats.includes("text") && !/[/+]json$/.test(type)) return { value: text, isJson: false };
    if (type === "" || type === "text/plain" || /[/+]json$/.test(type)) throw error;
    const accepted = ["JSON", ...formats].join(" or ");
    throw new Problem("unsupported-media-type", `Unsupported format ${type.slice(0, 100)}. Send ${accepted}.`);
  }
}

/** A first field whose name needs no escaping. */
const FORM = /^\s*[\w.%+[\]-]+=/;

function decodeUtf8(bytes: Uint8Array): string {
  const text = toText(bytes);
  if (text === null) throw new JsonError("the body is not UTF-8");
  return text;
}

async function multipart(bytes: Uint8Array<ArrayBuffer>, contentType: string | null): Promise<unknown> {
  try {
    return fields(await new Response(bytes, { headers: { "content-type": contentType ?? "" } }).formData());
  } catch {
    throw new JsonError("the body is not multipart/form-data");
  }
}

/** The text fields of a form. A field that occurs twice keeps its last value, as in JSON. */
function fields(form: Iterable<[string, unknown]>): Record<string, string> {
  return Object.fromEntries([...form].filter((field): field is [string, string] => typeof field[1] === "string"));
}
