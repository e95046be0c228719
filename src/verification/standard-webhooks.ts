import { fromBase64, utf8 } from "../lib/bytes.ts";
import { anyVerifies, importHmacKey } from "./hmac.ts";
import type { StandardWebhooksSettings } from "./settings.ts";
import { timestampFault } from "./timestamp.ts";
import { failed, firstMatch, type Secrets, secretList, type Verifier } from "./verifier.ts";

const MAX_SIGNATURES = 8;

/**
 * The `standard-webhooks` scheme, symmetric part: `v1,<base64 HMAC-SHA256>` signatures, separated by spaces, over
 * `{id}.{timestamp}.{body}`. Svix's older header names are accepted.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export async function standardWebhooksVerifier(
  settings: StandardWebhooksSettings,
  secrets: Secrets,
): Promise<Verifier> {
  const keys = await Promise.all(secretList(secrets).map((secret) => importHmacKey(secretBytes(secret), "sha256")));

  return async ({ headers, body }, now) => {
    const read = (name: string) => headers.get(`webhook-${name}`) ?? headers.get(`svix-${name}`);
    const [id, timestamp, header] = [read("id"), read("timestamp"), read("signature")];
    if (id === null || timestamp === null || header === null) {
      return failed("missing", "one of the headers webhook-id, webhook-timestamp, webhook-signature is missing");
    }
    const signatures = header
      .split(" ")
      .slice(0, MAX_SIGNATURES)
      .map((part) => (part.startsWith("v1,") ? fromBase64(part.slice(3)) : null))
      .filter((bytes) => bytes !== null);

    const prefix = utf8(`${id}.${timestamp}.`);
    const content = new Uint8Array(prefix.length + body.length);
    content.set(prefix);
    content.set(body, prefix.length);
    const match = await firstMatch(keys, (key) => anyVerifies(key, signatures, content));
    if (!match) return failed("mismatch", "no v1 signature matches");

    const fault = timestampFault(timestamp, settings.toleranceSeconds, now);
    return fault === null ? match : failed("timestamp", fault);
  };
}

/** The key of a secret, `whsec_` and base64 of 24 to 64 bytes by the specification; null: it is none. */
export function decodeSecret(secret: string): Uint8Array<ArrayBuffer> | null {
  const bytes = fromBase64(secret.replace(/^whsec_/, ""));
  return bytes && bytes.length >= 24 && bytes.length <= 64 ? bytes : null;
}

/**
 * The key of a secret. A secret that the scheme does not allow may be left from another scheme while a rotation overlaps:
 * its key is the UTF-8 of the text, so that a verifier can always be made.
 */
export const secretBytes = (secret: string): Uint8Array<ArrayBuffer> => decodeSecret(secret) ?? utf8(secret);
