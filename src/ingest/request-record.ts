/** The part of a delivery's record that the edge writes, for every result. The delivery is redacted already. */
import type { RequestRecord } from "../objects/integration/rpc.ts";
import type { RequestColumns } from "../db/rows.ts";
import { entriesOf } from "../lib/headers.ts";
import { isSensitiveHeader, REDACTED } from "../lib/sensitive.ts";
import { maskText } from "../lib/mask.ts";
import { toIso } from "../lib/time.ts";
import { describeVerification } from "../verification/describe.ts";
import type { VerificationSettings } from "../verification/settings.ts";
import type { VerificationResult } from "../verification/verifier.ts";
import { boundHeaders } from "./bound-headers.ts";
import type { Received } from "./delivery.ts";

/** Bytes of JSON kept of the headers of a verified delivery. */
const MAX_HEADER_BYTES = 32 * 1024;

/** An IPv6 address with an embedded IPv4 address. */
const MAX_ADDRESS_LENGTH = 45;

export interface RecordOptions {
  /** How Postgres can keep the body, if there is one. */
  bodyKind: "json" | "bytes";
  /** The size of the received body. Default: that of the given one. */
  bodyBytes?: number;
  /** A part of the body or the path is not in the record, so that the delivery cannot be replayed. */
  isCut?: boolean;
  /** Bytes of JSON kept of the headers. */
  maxHeaderBytes?: number;
}

/** The columns of the request. */
export function requestRecord(
  { headers, body, receivedAt, integration }: Received,
  { bodyKind, bodyBytes = body.bytes.length, isCut = false, maxHeaderBytes = MAX_HEADER_BYTES }: RecordOptions,
): RequestRecord {
  // Serialized at the edge, as it goes to Postgres: the object is the bottleneck.
  const columns = JSON.stringify({
    headers: boundHeaders(redactByName(headers, integration.config.verification), maxHeaderBytes),
    content_type: headers.get("content-type")?.slice(0, 200).toWellFormed() ?? null,
    source_ip: headers.get("cf-connecting-ip")?.slice(0, MAX_ADDRESS_LENGTH).toWellFormed() ?? null,
    body_bytes: body.isTooLarge ? body.announcedBytes : bodyBytes,
    is_body_cut: isCut,
    received_at: toIso(receivedAt),
  } satisfies RequestColumns);
  return { columns, bodyKind: body.bytes.length === 0 ? "none" : bodyKind };
}

/** What was checked, and with which result. A replay keeps the original's record. */
export function verificationRecord(
  { path, url, integration, replayOf }: Received,
  verification: VerificationResult | null,
): Record<string, unknown> {
  if (replayOf) return replayOf.verification;
  // Some sources put a part of the meaning into the URL.
  const { queryFields = [] } = integration.provider;
  const place = path + (queryFields.length === 0 ? "" : maskText(queryOf(url, queryFields), integration.secrets));
  return {
    scheme: integration.config.verification.scheme,
    isVerified: verification?.isVerified ?? null,
    ...(verification && { checked: describeVerification(integration.config.verification).replaceAll("`", "") }),
    ...(verification?.isVerified && { secret: verification.secret }),
    ...(verification?.isVerified === false && {
      failure: verification.failure,
      // During the overlap of a rotation there are two.
      secrets: integration.secrets.length,
    }),
    ...(place !== "" && { path: place }),
  };
}

const MAX_QUERY_LENGTH = 2048;

/** The query with the parameters that the provider reads; empty without any. */
function queryOf({ searchParams }: URL, names: readonly string[]): string {
  const read = [...searchParams].filter(([name]) => names.includes(name));
  return read.length === 0 ? "" : `?${new URLSearchParams(read).toString()}`.slice(0, MAX_QUERY_LENGTH);
}

/** The headers without those that hold a credential or signature by their name, or by the verification settings. */
function redactByName(headers: Headers, settings: VerificationSettings): [string, string][] {
  const named =
    settings.scheme === "hmac"
      ? settings.header
      : settings.scheme === "token"
        ? settings.name?.toLowerCase()
        : undefined;
  return entriesOf(headers).map(([name, value]) => [
    name,
    isSensitiveHeader(name) || name === named ? REDACTED : value,
  ]);
}
