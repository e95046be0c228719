import { holdsSecret } from "../lib/sensitive.ts";
import { inflateBody } from "./check-encoding.ts";
import type { Received } from "./delivery.ts";

/**
 * Headers and body of a delivery in a form in which a secret can be masked: nothing can be masked inside compressed bytes.
 * A body that holds a secret is stored inflated, without its Content-Encoding. One that cannot be inflated is not stored if
 * the token belongs into the body.
 */
export function openCompressed(delivery: Received): Pick<Received, "headers" | "body"> {
  const { headers, body, integration } = delivery;
  const inflated = body.inflated ?? inflateBody(delivery);
  if (inflated === null) return { headers, body };
  if (typeof inflated === "string") {
    const mayHoldToken =
      integration.config.verification.scheme === "token" && integration.config.verification.in === "body";
    return { headers, body: mayHoldToken ? { ...body, bytes: new Uint8Array(), isTooLarge: true } : body };
  }
  // One character per byte in any encoding.
  if (!holdsSecret(new TextDecoder("latin1").decode(inflated), integration.secrets)) return { headers, body };
  const { inflated: _, ...rest } = body;
  const without = new Headers(headers);
  without.delete("content-encoding");
  return { headers: without, body: { ...rest, bytes: inflated, isStoredInflated: true } };
}
