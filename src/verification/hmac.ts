import { fromBase64, fromHex, utf8 } from "../lib/bytes.ts";
import type { HmacSettings } from "./settings.ts";
import { timestampFault } from "./timestamp.ts";
import { failed, firstMatch, type Secrets, secretList, type SignedRequest, type Verifier } from "./verifier.ts";

const HASHES = { sha1: "SHA-1", sha256: "SHA-256", sha512: "SHA-512" } as const;

/** A header may carry several signatures while its sender rotates secrets. More than this is an attack. */
const MAX_SIGNATURES = 8;

/** An HMAC key (RFC 2104) for WebCrypto. */
export const importHmacKey = (secret: Uint8Array<ArrayBuffer>, algorithm: keyof typeof HASHES): Promise<CryptoKey> =>
  crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: HASHES[algorithm] }, false, ["sign", "verify"]);

/**
 * The `hmac` scheme: a keyed hash over a template with the raw body, in a header. WebCrypto compares in constant time. The
 * header may hold several signatures, separated by commas or spaces.
 */
export async function hmacVerifier(settings: HmacSettings, secrets: Secrets): Promise<Verifier> {
  const keys = await Promise.all(secretList(secrets).map((secret) => importHmacKey(utf8(secret), settings.algorithm)));
  const isTimestampSigned = settings.content.includes("{timestamp}");

  return async (request, now) => {
    const header = request.headers.get(settings.header);
    if (!header) return failed("missing", `the header ${settings.header} is missing`);
    const signatures = readSignatures(header, settings);
    if (signatures.length === 0)
      return failed("mismatch", `the header ${settings.header} holds no ${settings.encoding} signature`);

    const timestamp = settings.timestampHeader ? request.headers.get(settings.timestampHeader) : null;
    if (isTimestampSigned && timestamp === null) {
      return failed("missing", `the header ${settings.timestampHeader} is missing`);
    }
    const content = signedContent(request, settings, timestamp);
    const match = await firstMatch(keys, (key) => anyVerifies(key, signatures, content));
    if (!match) return failed("mismatch", "no signature matches");

    const fault = isTimestampSigned ? timestampFault(timestamp ?? "", settings.toleranceSeconds, now) : null;
    return fault === null ? match : failed("timestamp", fault);
  };
}

/** Whether any of the signatures matches. */
export async function anyVerifies(
  key: CryptoKey,
  signatures: readonly Uint8Array<ArrayBuffer>[],
  content: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  for (const signature of signatures) if (await crypto.subtle.verify("HMAC", key, signature, content)) return true;
  return false;
}

function readSignatures(header: string, { prefix, encoding }: HmacSettings): Uint8Array<ArrayBuffer>[] {
  const decode = encoding === "hex" ? fromHex : fromBase64;
  return header
    .split(/[,\s]+/)
    .slice(0, MAX_SIGNATURES)
    .map((part) => decode(part.startsWith(prefix) ? part.slice(prefix.length) : part))
    .filter((bytes) => bytes !== null && bytes.length > 0) as Uint8Array<ArrayBuffer>[];
}

/** The signed content: the template of the settings, filled in. */
export function signedContent(
  request: SignedRequest,
  settings: HmacSettings,
  timestamp: string | null,
): Uint8Array<ArrayBuffer> {
  if (settings.content === "{body}") return request.body;
  const id = settings.idHeader ? (request.headers.get(settings.idHeader) ?? "") : "";
  // Replacement functions, because `$&` in a header has a meaning in a replacement string.
  const fill = (part: string) => part.replaceAll("{timestamp}", () => timestamp ?? "").replaceAll("{id}", () => id);
  const [before = "", after = ""] = settings.content.split("{body}");
  return concat(utf8(fill(before)), request.body, utf8(fill(after)));
}

function concat(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
