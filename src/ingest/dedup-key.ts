import { boundKey } from "../alerts/bounds.ts";
import { contentFingerprint } from "../alerts/fingerprint.ts";
import { KEY_HEADERS } from "./idempotency-headers.ts";
import { sha256Hex } from "../lib/bytes.ts";
import { isObject, parsePointer, safeJson, withoutPointer } from "../lib/json.ts";
import { REDACTED } from "../lib/sensitive.ts";
import type { Provider, ProviderInput, Reading } from "../providers/provider.ts";

/**
 * The id that the source gave to the delivery, bounded; null when it gave none. The integration's own header comes first,
 * then what the provider knows, then the headers that are commonly used.
 */
export async function idempotencyKey(
  provider: Provider,
  input: ProviderInput,
  ownHeader: string | null,
): Promise<string | null> {
  const header = (name: string) => input.headers.get(name)?.trim();
  const candidates = [
    ownHeader === null ? null : header(ownHeader),
    provider.idempotencyKey?.(input),
    ...KEY_HEADERS.map(header),
  ];
  const key = candidates.find((value) => value !== null && value !== undefined && value !== "" && value !== REDACTED);
  return key ? boundKey(key) : null;
}

/**
 * The content fingerprint of a delivery (hex). `ignore` are JSON Pointers into the body, or into each element of a
 * batch, that do not count. Where nothing was recognised, the raw body counts as it is.
 */
export async function fingerprint(
  provider: Provider,
  input: ProviderInput,
  reading: Reading,
  raw: Uint8Array<ArrayBuffer>,
  ignore: readonly string[],
): Promise<string> {
  if (ignore.length > 0) return contentFingerprint(await readWithout(provider, input, ignore), provider.volatile);
  if (reading.content) return contentFingerprint(reading.content, []);
  if (!reading.isRecognised) return sha256Hex(raw);
  return contentFingerprint(reading.events, provider.volatile);
}

async function readWithout(provider: Provider, input: ProviderInput, ignore: readonly string[]): Promise<unknown[]> {
  const body = ignore
    .map(parsePointer)
    .filter((tokens) => tokens !== null)
    .reduce<unknown>((value, tokens) => {
      const rest = withoutPointer(value, tokens);
      return Array.isArray(rest)
        ? rest.map((element) => (isObject(element) ? withoutPointer(element, tokens) : element))
        : rest;
    }, input.body);
  try {
    const { content, events } = await provider.read({ ...input, body });
    return (content ?? events).map(safeJson);
  } catch {
    // What was left out was needed to read it: then the rest of the body handles for itself.
    return [safeJson(body)];
  }
}
