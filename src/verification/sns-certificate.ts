import { fromBase64 } from "../lib/bytes.ts";
import { DAY, MINUTE, SECOND } from "../lib/time.ts";
import { type Certificate, readCertificate } from "./x509.ts";

const TIMEOUT_MS = 5 * SECOND;
const MAX_CERTIFICATE_CHARACTERS = 16_384;

/** Amazon has a handful of certificates at a time. */
const MAX_ENTRIES = 32;
const GOOD_MS = DAY;
/** What failed is not asked for again at once: strangers choose the path of the URL. */
const BAD_MS = MINUTE;

interface Entry {
  certificate: Promise<Certificate | null>;
  expiresAt: number;
}

/** Lives as long as the isolate. */
const cache = new Map<string, Entry>();

/**
 * The public key of a certificate of Amazon SNS, for one hash. `url` must have been found to be Amazon's.
 * Null: it is no certificate that is valid at `now` (Unix ms); `unavailable`: it could not be fetched.
 */
export async function certificateKey(
  url: string,
  hash: "SHA-1" | "SHA-256",
  now: number,
): Promise<CryptoKey | null | "unavailable"> {
  const certificate = await find(url, now);
  if (certificate === null) return "unavailable";
  if (now < certificate.notBefore || now > certificate.notAfter) return null;
  try {
    return await crypto.subtle.importKey("spki", certificate.publicKey, { name: "RSASSA-PKCS1-v1_5", hash }, false, [
      "verify",
    ]);
  } catch {
    return null;
  }
}

async function find(url: string, now: number): Promise<Certificate | null> {
  const known = cache.get(url);
  if (known && known.expiresAt > now) return known.certificate;
  if (cache.size >= MAX_ENTRIES) for (const oldest of cache.keys()) if (cache.delete(oldest)) break;
  const entry: Entry = { certificate: fetchCertificate(url), expiresAt: now + GOOD_MS };
  cache.set(url, entry);
  if ((await entry.certificate) === null) entry.expiresAt = now + BAD_MS;
  return entry.certificate;
}

async function fetchCertificate(url: string): Promise<Certificate | null> {
  try {
    const response = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (response.status !== 200) return null;
    return parseCertificate(await response.text());
  } catch {
    return null;
  }
}

/** The first certificate of a PEM text (RFC 7468). @throws when it is none */
function parseCertificate(pem: string): Certificate | null {
  if (pem.length > MAX_CERTIFICATE_CHARACTERS) return null;
  const encoded = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/.exec(pem)?.[1];
  const der = encoded === undefined ? null : fromBase64(encoded.replaceAll(/\s/g, ""));
  return der ? readCertificate(der) : null;
}
