import { env, exports } from "cloudflare:workers";

/** The body of a delivery, as the API returns it. */
export async function rawPayload(deliveryId: string): Promise<Uint8Array> {
  const worker = (exports as unknown as { default: Fetcher }).default;
  const response = await worker.fetch(`https://tocsin.test/v1/deliveries/${deliveryId}/payload`, {
    headers: { authorization: `Bearer ${env.ROOT_API_KEY}` },
  });
  if (!response.ok) throw new Error(`payload: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

export const canonicalBytes = (body: string | Uint8Array): Uint8Array =>
  new Uint8Array(typeof body === "string" ? new TextEncoder().encode(body) : body);
