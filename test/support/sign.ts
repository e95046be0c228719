/** The HMAC-SHA256 signing key of a secret. */
export const importHmacKeyForSigning = (secret: string): Promise<CryptoKey> =>
  crypto.subtle.importKey("raw", new TextEncoder().encode(secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);

/** HMAC-SHA256 of a text in hex. */
export async function sign(secret: string, text: string): Promise<string> {
  const signature = await crypto.subtle.sign(
    "HMAC",
    await importHmacKeyForSigning(secret),
    new TextEncoder().encode(text),
  );
  return Array.from(new Uint8Array(signature), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
