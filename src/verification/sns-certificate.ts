import { X509Certificate } from "node:crypto";
import { LRUCache } from "lru-cache";
import { MinuteLimit } from "../lib/minute-limit.ts";
import { DAY, MINUTE, SECOND } from "../lib/time.ts";

const FETCH_TIMEOUT_MS = 5 * SECOND;
const MAX_PEM_LENGTH = 16_384;

/** Amazon has a handful of valid certificates at a time, in each region. */
const MAX_CERTIFICATES = 256;
const VALID_MS = DAY;

/** A failed fetch is not repeated at once. Anyone can choose the path of the URL, so failures have their own cache. */
const MAX_FAILURES = 1000;
const FAILED_MS = MINUTE;

/** Fetches of one isolate. Over it, a message is answered 503, and SNS sends it again. */
const MAX_FETCHES_PER_MINUTE = 120;

/** A certificate (RFC 5280): its validity in Unix ms, both ends included, and the DER of its SubjectPublicKeyInfo. */
interface Certificate {
  notBefore: number;
  notAfter: number;
  publicKey: Uint8Array<ArrayBuffer>;
}

/** These live as long as the isolate. A made-up URL never displaces a certificate. */
const certificates = new LRUCache<string, { certificate: Certificate; expiresAt: number }>({ max: MAX_CERTIFICATES });
const failedUntil = new LRUCache<string, number>({ max: MAX_FAILURES });
const fetches = new MinuteLimit(MAX_FETCHES_PER_MINUTE);

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
  if (!isValid(certificate, now)) return null;
  try {
    return await crypto.subtle.importKey("spki", certificate.publicKey, { name: "RSASSA-PKCS1-v1_5", hash }, false, [
      "verify",
    ]);
  } catch {
    return null;
  }
}

const isValid = ({ notBefore, notAfter }: Certificate, now: number): boolean => notBefore <= now && now <= notAfter;

async function find(url: string, now: number): Promise<Certificate | null> {
  const known = certificates.get(url);
  if (known && known.expiresAt > now) return known.certificate;
  if ((failedUntil.get(url) ?? 0) > now) return null;
  if (fetches.pass("") === null) return null;
  const certificate = await fetchCertificate(url);
  if (certificate && isValid(certificate, now)) certificates.set(url, { certificate, expiresAt: now + VALID_MS });
  else failedUntil.set(url, now + FAILED_MS);
  return certificate;
}

/** Null: it could not be fetched, or is none. */
async function fetchCertificate(url: string): Promise<Certificate | null> {
  try {
    const response = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
    return response.status === 200 ? readCertificate(await readStart(response)) : null;
  } catch {
    return null;
  }
}

/** The body of a response, up to a little more than a certificate may have. */
async function readStart({ body }: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  const reader = body?.getReader();
  while (reader && text.length <= MAX_PEM_LENGTH) {
    const { done, value } = await reader.read();
    if (done) return text;
    text += decoder.decode(value, { stream: true });
  }
  await reader?.cancel();
  return text;
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
