/**
 * The email addresses of integrations: `<ingestId>.<token>@<domain>`. The token is the secret of the integration. Mail servers
 * may change the case of an address, so both parts are read without it.
 */
import { toBase32 } from "./bytes.ts";
import { toIngestId } from "./ingest-id.ts";

/** RFC 5321 §4.5.3.1.1 allows 64 characters before the `@`; the ingest id and the dot need 35 of them. */
export const EMAIL_TOKEN = /^[a-z2-7]{26,29}$/;

/** 28 characters, 136 bits. */
const TOKEN_BYTES = 17;

/** A new token, at random. */
export const newEmailToken = (): string => toBase32(crypto.getRandomValues(new Uint8Array(TOKEN_BYTES)));

/** The two parts before the `@`, as they were written; null: the address has another form. */
export function readEmailAddress(address: string): { ingestId: string; token: string } | null {
  const [, ingestId, token] = /^<?([a-z2-7]{34})\.([a-z2-7]{1,64})@[^@]+$/i.exec(address.trim()) ?? [];
  return ingestId === undefined || token === undefined ? null : { ingestId: ingestId.toLowerCase(), token };
}

/**
 * The email address of an integration.
 * @param token null: it stays a placeholder, `<SECRET>`
 * @param domain EMAIL_DOMAIN; empty: it stays a placeholder
 * @param keys INGEST_TAG_KEYS
 */
export const emailAddressOf = (integrationId: string, token: string | null, domain: string, keys: string): string =>
  `${toIngestId(integrationId, keys)}.${token ?? "<SECRET>"}@${domain || "<EMAIL_DOMAIN>"}`;
