import { entriesOf } from "../lib/headers.ts";
import { holdsSecret, maskBytes, maskText } from "../lib/mask.ts";
import { maskBase64, spellingsIn } from "../lib/mask-message.ts";
import { isSensitiveHeader, REDACTED } from "../lib/sensitive.ts";
import { presentedSecrets } from "../verification/presented.ts";
import { inflateBody } from "./check-encoding.ts";
import type { Received } from "./delivery.ts";
import type { Dependencies } from "./dependencies.ts";
import { openCompressed } from "./open-compressed.ts";

/**
 * Masks the integration's secrets, and the tokens and signatures that the request presents, in headers, body and path,
 * so that no later stage, record or log line contains it. Headers with a sensitive name are redacted in the record.
 */
export function redact<T extends Received>(delivery: T, { secretsToMask }: Pick<Dependencies, "secretsToMask">): T {
  const secrets = secretsToMask(delivery);
  return maskSecrets(openCompressed(delivery, secrets), secrets);
}

/** The secrets to mask in a delivery that is recorded. */
export function secretsOf({ integration, headers, url, body }: Received): string[] {
  const inflated = body.inflated ?? inflateBody({ headers, body });
  const content = inflated instanceof Uint8Array ? inflated : body.bytes;
  const request = { headers, url, body: body.bytes };
  const secrets = [...integration.secrets, ...presentedSecrets(request, integration.config.verification, content)];
  return integration.config.verification.scheme === "email" ? spellingsIn(content, secrets) : secrets;
}

/** A delivery without these secrets. Nothing can be masked inside compressed bytes: see openCompressed. */
export function maskSecrets<T extends Received>(delivery: T, secrets: readonly string[]): T {
  const shown = entriesOf(delivery.headers).filter(([name]) => !isSensitiveHeader(name));
  // One search through all of them, because headers rarely hold a secret.
  const exposed = holdsSecret(shown.map(([, value]) => value).join("\n"), secrets)
    ? shown.filter(([, value]) => holdsSecret(value, secrets))
    : [];
  return {
    ...delivery,
    headers: exposed.length === 0 ? delivery.headers : withRedacted(delivery.headers, exposed),
    body: { ...delivery.body, bytes: maskBody(delivery, secrets) },
    path: maskText(delivery.path, secrets),
  };
}

/** The body without these secrets. The parts of an email may be in base64. */
function maskBody({ body, integration }: Received, secrets: readonly string[]): Uint8Array<ArrayBuffer> {
  const masked = maskBytes(body.bytes, secrets);
  return integration.config.verification.scheme === "email" ? maskBase64(masked, secrets) : masked;
}

function withRedacted(headers: Headers, exposed: readonly [string, string][]): Headers {
  const redacted = new Headers(headers);
  for (const [name] of exposed) redacted.set(name, REDACTED);
  return redacted;
}
