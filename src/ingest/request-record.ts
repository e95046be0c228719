/** The part of a delivery's record that the edge writes, for every result. */
import type { RequestRecord } from "../objects/integration/rpc.ts";
import type { RequestColumns } from "../db/rows.ts";
import { holdsSecret, isSensitiveHeader, REDACTED } from "../lib/sensitive.ts";
import { toIso } from "../lib/time.ts";
import type { VerificationSettings } from "../verification/settings.ts";
import type { VerificationResult } from "../verification/verifier.ts";
import type { Received } from "./delivery.ts";

/** The columns of the request. `bodyKind`: how Postgres can keep the body, if there is one. */
export function requestRecord(
  { headers, body, receivedAt, integration }: Received,
  bodyKind: "json" | "bytes",
  isBodyCut: boolean,
): RequestRecord {
  // Serialized at the edge, as it goes to Postgres: the object is the bottleneck.
  const columns = JSON.stringify({
    headers: redactHeaders(headers, integration.config.verification, integration.secrets),
    content_type: headers.get("content-type")?.slice(0, 200).toWellFormed() ?? null,
    source_ip: headers.get("cf-connecting-ip"),
    body_bytes: body.isTooLarge ? body.announcedBytes : body.bytes.length,
    is_body_cut: isBodyCut,
    received_at: toIso(receivedAt),
  } satisfies RequestColumns);
  return { columns, bodyKind: body.bytes.length === 0 ? "none" : bodyKind };
}

/** How the delivery was verified. A replay keeps the original's record. */
export const verificationRecord = (
  { path, integration, replayOf }: Received,
  verification: VerificationResult | null,
): Record<string, unknown> =>
  replayOf?.verification ?? {
    scheme: integration.config.verification.scheme,
    isVerified: verification?.isVerified ?? null,
    ...(verification?.isVerified && { secret: verification.secret }),
    // Some sources put a part of the meaning into the URL.
    ...(path !== "" && { path }),
  };

const MAX_HEADERS = 100;
const MAX_VALUE_LENGTH = 1024;

/**
 * The headers that a record keeps: lower-case names; credentials and signatures redacted by name, by the verification
 * settings, and wherever a value holds one of the integration's secrets.
 */
function redactHeaders(
  headers: Headers,
  settings: VerificationSettings,
  secrets: readonly string[],
): Record<string, string> {
  const named = new Set(
    settings.scheme === "hmac"
      ? [settings.header]
      : settings.scheme === "token" && settings.name
        ? [settings.name.toLowerCase()]
        : [],
  );
  const kept: Record<string, string> = {};
  for (const [name, value] of [...headers].slice(0, MAX_HEADERS)) {
    const isSensitive = isSensitiveHeader(name) || named.has(name) || holdsSecret(value, secrets);
    kept[name] = isSensitive ? REDACTED : value.slice(0, MAX_VALUE_LENGTH).toWellFormed();
  }
  return kept;
}
