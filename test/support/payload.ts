import { env, exports } from "cloudflare:workers";

/** The exact bytes that the API gives for a delivery's body. */
export async function rawPayload(deliveryId: string): Promise<Uint8Array> {
  const worker = (exports as unknown as { default: Fetcher }).default;
  const response = await worker.fetch(`https://tocsin.test/v1/deliveries/${deliveryId}/payload`, {
    headers: { authorization: `Bearer ${env.ROOT_API_KEY}` },
  });
  if (!response.ok) throw new Error(`payload: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** A body as the bytes that go over the wire. */
export const canonicalBytes = (body: string | Uint8Array): Uint8Array =>
  new Uint8Array(typeof body === "string" ? new TextEncoder().encode(body) : body);
