import { boundKey } from "../alerts/bounds.ts";
import { dedupKeyOf } from "../alerts/dedup-key.ts";
import { contentFingerprint } from "../alerts/fingerprint.ts";
import { sha256Hex } from "../lib/bytes.ts";
import { isObject, parsePointer, safeJson, withoutPointer } from "../lib/json.ts";
import { REDACTED } from "../lib/sensitive.ts";
import type { Provider, ProviderInput } from "../providers/provider.ts";
import type { Normalized, Submittable } from "./delivery.ts";
import { KEY_HEADERS } from "./idempotency-headers.ts";

/** Finds the dedup key of a delivery. A replay is a duplicate of nothing, so it gets a key of its own. */
export async function findDedupKey(delivery: Normalized): Promise<Submittable> {
  const { provider, config } = delivery.integration;
  const [idempotencyKey, fingerprint] = await Promise.all([
    findIdempotencyKey(provider, delivery.input, config.idempotencyHeader),
    fingerprintOf(delivery, config.ignore),
  ]);
  return {
    ...delivery,
    idempotencyKey,
    contentFingerprint: fingerprint,
    dedupKey: delivery.replayOf
      ? { kind: "key", value: `replay:${delivery.id}` }
      : dedupKeyOf(idempotencyKey, fingerprint),
  };
}

/**
 * The id that the source gave to the delivery, bounded; null: none. The integration's own header comes first, then what
 * the provider knows, then well-known headers.
 */
async function findIdempotencyKey(
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
 * The content fingerprint (hex). If the provider recognized no field, it covers the raw body.
 * @param ignore JSON Pointers into the body, or into each element of a batch, that do not count
 */
async function fingerprintOf({ integration, input, reading, body }: Normalized, ignore: readonly string[]) {
  const { provider } = integration;
  if (ignore.length > 0) return contentFingerprint(await readWithout(provider, input, ignore), provider.volatile);
  if (reading.content) return contentFingerprint(reading.content, []);
  if (!reading.isRecognized) return sha256Hex(body.bytes);
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
    // Reading needs what is ignored. Then the rest of the body is the content.
    return [safeJson(body)];
  }
}
