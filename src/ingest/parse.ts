import { toText } from "../lib/bytes.ts";
import { JsonError, parseJson } from "../lib/json.ts";
import { Problem } from "../lib/problem.ts";
import type { BodyFormat } from "../providers/provider.ts";

/** A body made ready for a provider. */
export interface ParsedBody {
  /** See ProviderInput.body. */
  value: unknown;
  /** Whether the bytes are JSON text that Postgres can keep as such: UTF-8 without a byte order mark. */
  isJson: boolean;
}

/**
 * Parses a body: as JSON whatever its content type says, because many senders give none or a wrong one (`curl -d` calls
 * everything a form), else as what its content type says, where the provider takes that.
 * @throws JsonError for what claims to be JSON and is not; Problem `unsupported-media-type` for a format not taken
 */
export async function parseBody(
  bytes: Uint8Array<ArrayBuffer>,
  contentType: string | null,
  formats: readonly BodyFormat[],
  isCall: boolean,
): Promise<ParsedBody> {
  // A call of an API may say all that it has to say in its path.
  if (bytes.length === 0 && isCall) return { value: {}, isJson: false };
  const type = contentType?.split(";")[0]?.trim().toLowerCase() ?? "";
  if (type === "multipart/form-data" && formats.includes("form"))
    return { value: await multipart(bytes, contentType), isJson: false };
  const text = decodeUtf8(bytes);
  try {
    const isMarked = text.startsWith("\uFEFF");
    // The parser skips a byte order mark, which JSON text may not begin with.
    return { value: parseJson(isMarked ? text.slice(1) : text), isJson: !isMarked };
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    if (type === "application/x-www-form-urlencoded" && formats.includes("form") && FORM.test(text)) {
      return { value: fields(new URLSearchParams(text.trim())), isJson: false };
    }
    if (formats.includes("text") && !/[/+]json$/.test(type)) return { value: text, isJson: false };
    if (type === "" || type === "text/plain" || /[/+]json$/.test(type)) throw error;
    throw new Problem(
      "unsupported-media-type",
      `This integration takes ${["JSON", ...formats].join(" or ")}, not ${type.slice(0, 100)}.`,
    );
  }
}

/** A first field, with a name that needs no escape to be one. */
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

/** The text fields of a form. A field given twice keeps its last value, as in JSON. */
function fields(form: Iterable<[string, unknown]>): Record<string, string> {
  return Object.fromEntries([...form].filter((field): field is [string, string] => typeof field[1] === "string"));
}
