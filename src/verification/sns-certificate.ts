import { X509Certificate } from "node:crypto";
import { LRUCache } from "lru-cache";
import { DAY, MINUTE, SECOND } from "../lib/time.ts";

const FETCH_TIMEOUT_MS = 5 * SECOND;
const MAX_PEM_LENGTH = 16_384;

/** Amazon has a handful of certificates at a time. */
const MAX_CERTIFICATES = 32;
const VALID_MS = DAY;
/** A failed fetch is not repeated at once: outsiders choose the path of the URL. */
const FAILED_MS = MINUTE;

/** A certificate (RFC 5280): its validity in Unix ms, both ends included, and the DER of its SubjectPublicKeyInfo. */
interface Certificate {
  notBefore: number;
  notAfter: number;
  publicKey: Uint8Array<ArrayBuffer>;
}

interface Entry {
  certificate: Promise<Certificate | null>;
  /** Unix ms. */
  expiresAt: number;
}

/** Lives as long as the isolate. */
const cache = new LRUCache<string, Entry>({ max: MAX_CERTIFICATES });

/**
 * The public key of a certificate of Amazon SNS, for one hash. The certificate chain is not checked, because only Amazon
 * controls the URL.
 * @param url a URL that `snsUrl` accepts
 * @param now Unix ms
 * @returns null: the certificate is not valid now; `unavailable`: it could not be fetched
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
  const entry: Entry = { certificate: fetchCertificate(url), expiresAt: now + VALID_MS };
  cache.set(url, entry);
  if ((await entry.certificate) === null) entry.expiresAt = now + FAILED_MS;
  return entry.certificate;
}

async function fetchCertificate(url: string): Promise<Certificate | null> {
  try {
    const response = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
    return response.status === 200 ? readCertificate(await response.text()) : null;
  } catch {
    return null;
  }
}

/**
 * Reads the first certificate of a PEM text (RFC 7468).
 * @throws Error when there is none
 */
export function readCertificate(pem: string): Certificate | null {
  if (pem.length > MAX_PEM_LENGTH) return null;
  const certificate = new X509Certificate(pem);
  return {
    notBefore: Date.parse(certificate.validFrom),
    notAfter: Date.parse(certificate.validTo),
    publicKey: new Uint8Array(certificate.publicKey.export({ type: "spki", format: "der" })),
  };
}
