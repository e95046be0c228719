import { maskBytes } from "../lib/mask.ts";
import { inflateBody } from "./check-encoding.ts";
import type { Received } from "./delivery.ts";
import { MAX_BODY_BYTES } from "./read-body.ts";

/**
 * A delivery in a form in which secrets can be masked: nothing can be masked inside compressed bytes. A body that holds a
 * secret is stored inflated, without its Content-Encoding. One that cannot be inflated is not stored if the token belongs
 * into the body.
 * @param maxSearched a longer body is stored inflated without a search for secrets
 */
export function openCompressed<T extends Received>(
  delivery: T,
  secrets: readonly string[],
  maxSearched = MAX_BODY_BYTES,
): T {
  const { body, integration } = delivery;
  const inflated = body.inflated ?? inflateBody(delivery);
  if (inflated === null) return delivery;
  if (typeof inflated === "string") {
    const { verification } = integration.config;
    const mayHoldToken = verification.scheme === "token" && verification.in === "body";
    return mayHoldToken ? { ...delivery, body: { ...body, bytes: new Uint8Array(), isTooLarge: true } } : delivery;
  }
  if (inflated.length <= maxSearched && maskBytes(inflated, secrets) === inflated) return delivery;
  const { inflated: _, ...rest } = body;
  const headers = new Headers(delivery.headers);
  headers.delete("content-encoding");
  return { ...delivery, headers, body: { ...rest, bytes: inflated, isStoredInflated: true } };
}
