import { boundEvents, boundKey } from "../alerts/bounds.ts";
import { dedupKeyOf } from "../alerts/dedup-key.ts";
import { contentFingerprint, eventsFingerprint } from "../alerts/fingerprint.ts";
import { sha256Hex, utf8 } from "../lib/bytes.ts";
import { isObject, safeJson } from "../lib/json.ts";
import { parsePointer, withoutParts } from "../lib/json-pointer.ts";
import { REDACTED } from "../lib/sensitive.ts";
import type { Provider, ProviderInput } from "../providers/provider.ts";
import type { Normalized, Submittable } from "./delivery.ts";
import { KEY_HEADERS } from "./idempotency-headers.ts";
import { contentOf } from "./read-body.ts";

/** Finds the dedup key of a delivery. A replay is never a duplicate, so it gets a new key. */
export async function findDedupKey(delivery: Normalized): Promise<Submittable> {
  const { provider, config } = delivery.integration;
  const [idempotencyKey, fingerprint, events] = await Promise.all([
    findIdempotencyKey(provider, delivery.input, config.idempotencyHeader),
    fingerprintOf(delivery, config.ignore),
    eventsFingerprint(delivery.events),
  ]);
  return {
    ...delivery,
    idempotencyKey,
    isKeySigned: isKeySigned(delivery, idempotencyKey),
    eventsFingerprint: events,
    contentFingerprint: fingerprint,
    dedupKey: delivery.replayOf
      ? { kind: "key", value: `replay:${delivery.id}` }
      : dedupKeyOf(idempotencyKey, fingerprint),
  };
}

/**
 * The source's id of the delivery, bounded; null: none. Order: the integration's own header, then the provider's rule, then
 * well-known headers.
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

/** Whether the signature covers the idempotency key: then only the source itself can repeat it. */
function isKeySigned({ integration, input }: Normalized, key: string | null): boolean {
  if (key === null) return false;
  switch (integration.config.verification.scheme) {
    case "sns":
      return isObject(input.body) && input.body.MessageId === key;
    case "standard-webhooks":
      return input.headers.get("webhook-id")?.trim() === key;
    default:
      return false;
  }
}

/**
 * The content fingerprint (hex). Without events, and if the provider recognized no field, it covers the raw body.
 * @param ignore JSON Pointers to ignored parts of the body, or of each element of a batch
 */
async function fingerprintOf({ integration, input, reading, body, path }: Normalized, ignore: readonly string[]) {
  const { provider } = integration;
  if (reading.events.length === 0 && !reading.content) return rawFingerprint(contentOf(body), path);
  if (ignore.length > 0) return contentFingerprint(await readWithout(provider, input, ignore), provider.volatile);
  // Canonical JSON has no lone surrogates.
  if (reading.content) return contentFingerprint(reading.content.map(safeJson), []);
  if (!reading.isRecognized) return rawFingerprint(contentOf(body), path);
  return contentFingerprint(reading.events, provider.volatile);
}

/** SHA-256 (hex) of a body; of its path as well, where a path has a part of the meaning. */
function rawFingerprint(content: Uint8Array<ArrayBuffer>, path: string): Promise<string> {
  if (path === "") return sha256Hex(content);
  const prefix = utf8(`${path}\n`);
  const bytes = new Uint8Array(prefix.length + content.length);
  bytes.set(prefix);
  bytes.set(content, prefix.length);
  return sha256Hex(bytes);
}

async function readWithout(provider: Provider, input: ProviderInput, ignore: readonly string[]): Promise<unknown[]> {
  const pointers = ignore.map(parsePointer).filter((tokens) => tokens !== null);
  const rest = withoutParts(input.body, pointers);
  const body = Array.isArray(rest)
    ? rest.map((element) => (isObject(element) ? withoutParts(element, pointers) : element))
    : rest;
  try {
    const { content, events } = await provider.read({ ...input, body });
    return content?.map(safeJson) ?? (await boundEvents(events));
  } catch {
    // The provider cannot read the body without the ignored parts. Then the rest of the body is the content.
    return [safeJson(body)];
  }
}
