/** Requests and helpers for the tests of the verification schemes. */
import { fc } from "@fast-check/vitest";
import { expect } from "vitest";
import { createVerifier } from "../../src/verification/index.ts";
import { type VerificationSettings, verificationSettings } from "../../src/verification/settings.ts";
import type { Secrets, VerificationResult } from "../../src/verification/verifier.ts";

export const NOW = Date.UTC(2026, 9, 1, 12);
export const SECONDS = String(NOW / 1000);
export const SECRET = "a secret of thirty-two characters";

export interface SentRequest {
  headers?: Record<string, string>;
  query?: string;
  body?: string | Uint8Array<ArrayBuffer>;
}

const bytesOf = (text: string) => new Uint8Array(new TextEncoder().encode(text));

/** Verifies a request at NOW. */
export async function verify(
  settings: unknown,
  { headers, query = "", body = "" }: SentRequest,
  secrets: Secrets = { current: SECRET },
): Promise<VerificationResult> {
  const verifier = await createVerifier(verificationSettings.parse(settings), secrets);
  const url = new URL(`https://t.test/in/x${query}`);
  return verifier({ headers: new Headers(headers), url, body: typeof body === "string" ? bytesOf(body) : body }, NOW);
}

export const isVerified = async (...request: Parameters<typeof verify>): Promise<boolean> =>
  (await verify(...request)).isVerified;

/** An HMAC made without the code under test. */
export async function mac(
  content: string | Uint8Array<ArrayBuffer>,
  { hash = "SHA-256", secret = SECRET, encoding = "hex" } = {},
): Promise<string> {
  const key = await crypto.subtle.importKey("raw", bytesOf(secret), { name: "HMAC", hash }, false, ["sign"]);
  const bytes = typeof content === "string" ? bytesOf(content) : content;
  const signature = new Uint8Array(await crypto.subtle.sign("HMAC", key, bytes));
  if (encoding === "base64") return btoa(String.fromCharCode(...signature));
  return Array.from(signature, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const printable = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
  maxLength: 200,
});

const headers = fc.record(
  Object.fromEntries(
    [
      "x-webhook-signature",
      "x-time",
      "authorization",
      "x-tocsin-token",
      "webhook-id",
      "webhook-timestamp",
      "webhook-signature",
    ].map((name) => [
      name,
      fc.oneof(
        printable,
        printable.map((text) => `sha256=${text}`),
        printable.map((text) => `v1,${btoa(text)}`),
        printable.map((text) => `Basic ${btoa(text)}`),
        fc.constant(SECONDS),
      ),
    ]),
  ),
  { requiredKeys: [] },
);

/** Requests of a sender without the secret: random headers, body and token. */
export const unauthenticatedRequests = [headers, fc.uint8Array({ maxLength: 300 }), printable] as const;

/** Expects that a verifier rejects such a request without an exception. */
export async function expectUnverified(
  settings: VerificationSettings,
  ...[sentHeaders, body, token]: [Record<string, string | undefined>, Uint8Array, string]
): Promise<void> {
  const query = `?${new URLSearchParams({ token }).toString()}`;
  const result = await verify(settings, {
    headers: sentHeaders as Record<string, string>,
    query,
    body: new Uint8Array(body),
  });
  expect(result.isVerified).toBe(false);
}
