/** An HMAC-SHA256 key that signs, of a secret's text. */
export const importHmacKeyForSigning = (secret: string): Promise<CryptoKey> =>
  crypto.subtle.importKey("raw", new TextEncoder().encode(secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
