/**
 * API keys: 256 random bits and a tag over them that only this deployment can make. A made-up key is rejected without a
 * look-up. Postgres stores the SHA-256 of the key.
 */
import { equalDigests, fromBase64, sha256Hex, toBase64Url, utf8 } from "./bytes.ts";

const PREFIX = "tocsin_";
const RANDOM_BYTES = 32;
const TAG_BYTES = 16;

/** A new key, shown once. @param secret AUTH_SECRET */
export async function newApiKey(secret: string): Promise<string> {
  const random = crypto.getRandomValues(new Uint8Array(RANDOM_BYTES));
  return PREFIX + toBase64Url(new Uint8Array([...random, ...(await tagOf(random, secret))]));
}

/** Whether this deployment made the key. Only Postgres knows whether it is still valid. */
export async function isGenuine(key: string, secret: string): Promise<boolean> {
  const bytes = key.startsWith(PREFIX) ? fromBase64(key.slice(PREFIX.length)) : null;
  if (bytes?.length !== RANDOM_BYTES + TAG_BYTES) return false;
  return equalDigests(await tagOf(bytes.slice(0, RANDOM_BYTES), secret), bytes.slice(RANDOM_BYTES));
}

/** The stored form of an API key or of a session token. */
export const hashOf = (token: string): Promise<string> => sha256Hex(utf8(token));

async function tagOf(random: Uint8Array, secret: string): Promise<Uint8Array> {
  const key = await crypto.subtle.importKey("raw", utf8(secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const message = new Uint8Array([...utf8("tocsin api key\0"), ...random]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, message)).slice(0, TAG_BYTES);
}
