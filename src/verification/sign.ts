import { toBase64, toHex, utf8 } from "../lib/bytes.ts";
import { isObject, parseJson } from "../lib/json.ts";
import { SECOND } from "../lib/time.ts";
import { EMAIL_TOKEN_HEADER } from "./email.ts";
import { importHmacKey, signedContent } from "./hmac.ts";
import type { HmacSettings, TokenSettings, VerificationSettings } from "./settings.ts";
import { secretBytes } from "./standard-webhooks.ts";
import type { SignedRequest } from "./verifier.ts";

/**
 * Signs a request as its source would.
 * @param id the id of the delivery
 * @param now Unix ms
 * @returns null: only the source can sign (SNS)
 */
export async function signRequest(
  request: SignedRequest,
  settings: VerificationSettings,
  secret: string,
  id: string,
  now: number,
): Promise<SignedRequest | null> {
  switch (settings.scheme) {
    case "hmac":
      return signHmac(request, settings, secret, id, now);
    case "standard-webhooks":
      return signStandardWebhook(request, secret, id, now);
    case "token":
      return presentToken(request, settings, secret);
    case "email":
      return withHeaders(request, { [EMAIL_TOKEN_HEADER]: secret });
    case "sns":
      return null;
  }
}

const unixSeconds = (now: number): string => String(Math.floor(now / SECOND));

const withHeaders = (request: SignedRequest, added: Record<string, string>): SignedRequest => ({
  ...request,
  headers: new Headers({ ...Object.fromEntries(request.headers), ...added }),
});

async function signHmac(request: SignedRequest, settings: HmacSettings, secret: string, id: string, now: number) {
  const { header, idHeader, timestampHeader, algorithm, encoding, prefix } = settings;
  const timestamp = unixSeconds(now);
  const named = withHeaders(request, {
    ...(timestampHeader !== undefined && { [timestampHeader]: timestamp }),
    ...(idHeader !== undefined && { [idHeader]: id }),
  });
  const key = await importHmacKey(utf8(secret), algorithm);
  const content = signedContent(named, settings, timestamp);
  const signature = new Uint8Array(await crypto.subtle.sign("HMAC", key, content));
  return withHeaders(named, { [header]: prefix + (encoding === "hex" ? toHex(signature) : toBase64(signature)) });
}

async function signStandardWebhook(request: SignedRequest, secret: string, id: string, now: number) {
  const timestamp = unixSeconds(now);
  return withHeaders(request, {
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": await standardWebhookSignature(secret, id, timestamp, request.body),
  });
}

/**
 * One signature of a Standard Webhook: `v1,<base64>`.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#signature-scheme
 * @param timestamp Unix seconds
 */
export async function standardWebhookSignature(
  secret: string,
  id: string,
  timestamp: string,
  body: Uint8Array,
): Promise<string> {
  const key = await importHmacKey(secretBytes(secret), "sha256");
  const content = new Uint8Array([...utf8(`${id}.${timestamp}.`), ...body]);
  return `v1,${toBase64(new Uint8Array(await crypto.subtle.sign("HMAC", key, content)))}`;
}

function presentToken(request: SignedRequest, { in: place, name }: TokenSettings, secret: string): SignedRequest {
  switch (place) {
    case "basic":
      return withHeaders(request, { authorization: `Basic ${btoa(`tocsin:${secret}`)}` });
    case "header":
      return withHeaders(request, { [name ?? "x-tocsin-token"]: secret });
    case "query": {
      const url = new URL(request.url);
      url.searchParams.set(name ?? "token", secret);
      return { ...request, url };
    }
    case "body":
      return { ...request, body: withField(request.body, name ?? "token", secret) };
    default:
      return withHeaders(request, { authorization: `Bearer ${secret}` });
  }
}

/** A JSON object or a form with one more field. */
function withField(body: Uint8Array<ArrayBuffer>, name: string, value: string): Uint8Array<ArrayBuffer> {
  const text = new TextDecoder().decode(body);
  try {
    const fields = parseJson(text);
    return isObject(fields) ? utf8(JSON.stringify({ ...fields, [name]: value })) : body;
  } catch {
    const form = new URLSearchParams(text);
    form.set(name, value);
    return utf8(form.toString());
  }
}
