/** One attempt: signs a message, POSTs it to the endpoint and classifies the answer. Decides nothing about further attempts. */
import { describeError } from "../../db/errors.ts";
import { utf8 } from "../../lib/bytes.ts";
import { log } from "../../lib/log.ts";
import { LOOP_HEADER, loopMark } from "../../lib/loop-mark.ts";
import { openSecretBox } from "../../lib/secret-box.ts";
import { SECOND } from "../../lib/time.ts";
import { standardWebhookSignature } from "../../verification/sign.ts";
import type { SubscriptionConfig } from "./config.ts";
import type { AttemptResult } from "./dependencies.ts";
import { endpointFault, endpointRules } from "./endpoint-url.ts";

/** https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#request-timeout */
const TIMEOUT_MS = 15 * SECOND;

/**
 * Makes one attempt. Never rejects. Errors contain no part of the URL, the message or the answer's body.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 * @param now Unix ms
 */
export async function attempt(
  env: Pick<Env, "ENCRYPTION_KEYS" | "AUTH_SECRET" | "INSECURE_ENDPOINTS">,
  config: Pick<SubscriptionConfig, "id" | "url" | "secrets">,
  message: { id: string; body: string },
  now: number,
): Promise<AttemptResult> {
  const fault = endpointFault(config.url, endpointRules(env));
  if (fault !== null) {
    return { isDelivered: false, statusCode: null, error: `URL not allowed: ${fault}`, retryAfterMs: null };
  }
  let headers: Record<string, string>;
  try {
    headers = await headersOf(env, config, message, now);
  } catch (error) {
    log.error("message not signed", { subscriptionId: config.id, messageId: message.id, error: describeError(error) });
    return { isDelivered: false, statusCode: null, error: "Signing failed", retryAfterMs: null };
  }
  return post(config.url, headers, message.body, now);
}

async function headersOf(
  env: Pick<Env, "ENCRYPTION_KEYS" | "AUTH_SECRET">,
  config: Pick<SubscriptionConfig, "id" | "secrets">,
  { id, body }: { id: string; body: string },
  now: number,
): Promise<Record<string, string>> {
  const timestamp = String(Math.floor(now / SECOND));
  const secrets = await decryptSecrets(env, config, now);
  const signatures = await Promise.all(
    secrets.map((secret) => standardWebhookSignature(secret, id, timestamp, utf8(body))),
  );
  const mark = await loopMark(env.AUTH_SECRET);
  return {
    "content-type": "application/json",
    "user-agent": "Tocsin",
    ...(mark !== null && { [LOOP_HEADER]: mark }),
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": signatures.join(" "),
  };
}

/**
 * The secrets that are valid now. One that cannot be decrypted is left out, so that the other still signs.
 * @throws Error when none can be decrypted
 */
async function decryptSecrets(
  env: Pick<Env, "ENCRYPTION_KEYS">,
  { id, secrets }: Pick<SubscriptionConfig, "id" | "secrets">,
  now: number,
): Promise<string[]> {
  const secretBox = await openSecretBox(env.ENCRYPTION_KEYS);
  const valid = secrets.filter(({ expiresAt }) => expiresAt === null || expiresAt > now);
  const decrypted = await Promise.allSettled(valid.map((secret) => secretBox.decrypt(secret, id)));
  const readable = decrypted.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  if (readable.length === 0) throw new Error("no secret can be decrypted");
  return readable;
}

async function post(url: string, headers: Record<string, string>, body: string, now: number): Promise<AttemptResult> {
  // An AbortSignal.timeout would keep the object in memory after the answer.
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), TIMEOUT_MS);
  try {
    // Only the operator chooses where messages go, so redirects are not followed.
    const response = await fetch(url, { method: "POST", redirect: "manual", signal: controller.signal, headers, body });
    await response.body?.cancel();
    const statusCode = response.status;
    if (response.ok) return { isDelivered: true, statusCode };
    const retryAfterMs = readRetryAfter(response.headers.get("retry-after"), now);
    return { isDelivered: false, statusCode, error: `HTTP ${statusCode}`, retryAfterMs };
  } catch {
    const error = controller.signal.aborted ? `No answer within ${TIMEOUT_MS / SECOND} seconds` : "Connection failed";
    return { isDelivered: false, statusCode: null, error, retryAfterMs: null };
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Reads `Retry-After` (RFC 9110 §10.2.3).
 * @returns ms; null when it is missing or invalid
 */
export function readRetryAfter(header: string | null, now: number): number | null {
  if (header === null) return null;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * SECOND;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}
