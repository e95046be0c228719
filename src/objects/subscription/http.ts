import { utf8 } from "../../lib/bytes.ts";
import { describeError } from "../../db/errors.ts";
import { log } from "../../lib/log.ts";
import { LOOP_HEADER, loopMark } from "../../lib/loop-mark.ts";
import { openSecretBox } from "../../lib/secret-box.ts";
import { SECOND } from "../../lib/time.ts";
import { standardWebhookSignature } from "../../verification/sign.ts";
import type { Attempt, SubscriptionConfig } from "./rpc.ts";

/** https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#request-timeout */
const TIMEOUT_MS = 15 * SECOND;

/** What became of a message, and what it was answered; null: nothing. */
type Answer = Attempt & { statusCode: number | null };

/** POSTs a message to a subscriber, signed with every secret that is good now (Unix ms). Never rejects. */
export async function postTo(
  env: Env,
  { id, url, secrets }: SubscriptionConfig,
  message: { id: string; body: string },
  now: number,
): Promise<Answer> {
  try {
    const secretBox = await openSecretBox(env.ENCRYPTION_KEYS);
    const mark = await loopMark(env.AUTH_SECRET);
    const good = secrets.filter(({ expiresAt }) => expiresAt === null || expiresAt > now);
    // One whose key is gone must not keep the other from signing.
    const decrypted = await Promise.allSettled(good.map((secret) => secretBox.decrypt(secret, id)));
    const readable = decrypted.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    if (readable.length === 0) throw new Error("none of its secrets can be read");
    return await post(url, readable, message, mark, now);
  } catch (error) {
    log.error("message not signed", { subscriptionId: id, messageId: message.id, error: describeError(error) });
    return { isDelivered: false, error: "it could not be signed", retryAfterMs: null, statusCode: null };
  }
}

/**
 * POSTs a message, signed as Standard Webhooks asks, with every secret that is good at the moment. Never rejects; what it tells
 * of a failure holds nothing of the URL, the message or the answer's body.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 * @param mark that of this deployment; null: it has none
 * @param now Unix ms
 */
async function post(
  url: string,
  secrets: readonly string[],
  { id, body }: { id: string; body: string },
  mark: string | null,
  now: number,
): Promise<Answer> {
  const timestamp = String(Math.floor(now / SECOND));
  const signatures = await Promise.all(
    secrets.map((secret) => standardWebhookSignature(secret, id, timestamp, utf8(body))),
  );
  // An AbortSignal.timeout would keep the object in memory after the answer.
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), TIMEOUT_MS);
  try {
    const response = await fetch(url, {
      method: "POST",
      // Where it leads to is nobody's choice but the operator's.
      redirect: "manual",
      signal: controller.signal,
      headers: {
        "content-type": "application/json",
        "user-agent": "Tocsin",
        ...(mark !== null && { [LOOP_HEADER]: mark }),
        "webhook-id": id,
        "webhook-timestamp": timestamp,
        "webhook-signature": signatures.join(" "),
      },
      body,
    });
    await response.body?.cancel();
    if (response.ok) return { isDelivered: true, statusCode: response.status };
    const retryAfterMs = readRetryAfter(response.headers.get("retry-after"), now);
    return { isDelivered: false, error: `it answered ${response.status}`, retryAfterMs, statusCode: response.status };
  } catch {
    const error = controller.signal.aborted
      ? `no answer within ${TIMEOUT_MS / SECOND} seconds`
      : "it could not be reached";
    return { isDelivered: false, error, retryAfterMs: null, statusCode: null };
  } finally {
    clearTimeout(timer);
  }
}

/** Retry-After (RFC 9110 §10.2.3) in ms; null: there is none that can be read. */
export function readRetryAfter(header: string | null, now: number): number | null {
  if (header === null) return null;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * SECOND;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}
