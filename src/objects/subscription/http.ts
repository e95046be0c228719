/** One attempt: builds the request, signs it, POSTs it to the endpoint and reads the answer. Decides nothing about further attempts. */
import { describeError } from "../../db/errors.ts";
import { utf8 } from "../../lib/bytes.ts";
import { log } from "../../lib/log.ts";
import { LOOP_HEADER, loopMark } from "../../lib/loop-mark.ts";
import { openSecretBox } from "../../lib/secret-box.ts";
import { SECOND } from "../../lib/time.ts";
import { standardWebhookSignature } from "../../verification/sign.ts";
import { readAnswerBody } from "./answer.ts";
import { type LoggedRequest, MAX_LOGGED_REQUEST, MAX_LOGGED_RESPONSE } from "./attempt.ts";
import type { SubscriptionConfig } from "./config.ts";
import { type Credentials, decryptCredentials } from "./credentials.ts";
import type { AttemptResult } from "./dependencies.ts";
import { endpointFault, endpointRules } from "./endpoint-url.ts";
import { maskedStart, maskHeaders, maskUrl, secretsIn } from "./masking.ts";
import { outgoing, type OutgoingRequest } from "./outgoing.ts";
import { PRESETS } from "./presets/index.ts";
import { type Preset, readStatus, type Skipped } from "./presets/preset.ts";
import { TransformError } from "./transform.ts";

/** https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#request-timeout */
const TIMEOUT_MS = 15 * SECOND;

/** What an attempt needs of a config. */
export type AttemptConfig = Pick<
  SubscriptionConfig,
  "id" | "url" | "secrets" | "preset" | "expression" | "credentials"
>;

type AttemptEnv = Pick<Env, "ENCRYPTION_KEYS" | "AUTH_SECRET" | "INSECURE_ENDPOINTS">;

/** What was sent and answered, without secrets. Null: not built; no answer. */
export interface Exchange {
  request: LoggedRequest | null;
  responseBody: string | null;
}

interface Tried extends Exchange {
  result: AttemptResult;
}

const NOTHING_SENT: Exchange = { request: null, responseBody: null };

const failed = (error: string, isPermanent = false): AttemptResult => ({
  isDelivered: false,
  statusCode: null,
  error,
  retryAfterMs: null,
  isPermanent,
});

/**
 * Makes one attempt. Never rejects. Errors contain no part of the URL, the message or the answer's body.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 * @param now Unix ms
 */
export async function attempt(
  env: AttemptEnv,
  config: AttemptConfig,
  message: { id: string; body: string },
  now: number,
): Promise<Tried> {
  const fault = endpointFault(config.url, endpointRules(env));
  if (fault !== null) return { result: failed(`URL not allowed: ${fault}`), ...NOTHING_SENT };
  let prepared: Prepared | Skipped;
  try {
    prepared = await prepare(env, config, message, now);
  } catch (error) {
    if (error instanceof TransformError) {
      return { result: failed(`Transformation failed: ${error.message}`, true), ...NOTHING_SENT };
    }
    log.error("message not signed", { subscriptionId: config.id, messageId: message.id, error: describeError(error) });
    return { result: failed("Signing failed"), ...NOTHING_SENT };
  }
  if ("skipped" in prepared) {
    return { result: { isDelivered: true, statusCode: null, skipped: prepared.skipped }, ...NOTHING_SENT };
  }
  const { result, responseBody } = await post(prepared.request, config.preset && PRESETS[config.preset], now);
  return {
    result,
    request: prepared.logged(MAX_LOGGED_REQUEST),
    responseBody: responseBody && maskedStart(responseBody, prepared.secrets, MAX_LOGGED_RESPONSE),
  };
}

/** A signed request, and what the log shows of it. */
interface Prepared {
  request: OutgoingRequest;
  /** @param maxBody length of the beginning of the body, in characters */
  logged(maxBody: number): LoggedRequest;
  /** What the log must not contain. */
  secrets: readonly string[];
}

/**
 * Builds and signs the request of a message, without sending it.
 * @throws TransformError when the expression fails for this message; Error when a secret cannot be decrypted
 */
export async function prepare(
  env: Pick<Env, "ENCRYPTION_KEYS" | "AUTH_SECRET">,
  config: AttemptConfig,
  { id, body }: { id: string; body: string },
  now: number,
): Promise<Prepared | Skipped> {
  const credentials = await decryptCredentials(env.ENCRYPTION_KEYS, config.id, config.credentials);
  const unsigned = await outgoing(config, body, credentials);
  if ("skipped" in unsigned) return unsigned;
  const signature = await signatureHeaders(env, config, { id, body: unsigned.body }, now);
  const request = { ...unsigned, headers: { ...unsigned.headers, ...signature } };
  // An endpoint may send the signatures back.
  const secrets = [...secretsIn(config.url, credentials), ...signature["webhook-signature"].split(" ")];
  return { request, logged: (maxBody) => toLogged(request, credentials, secrets, maxBody), secrets };
}

const toLogged = (
  { url, headers, body }: OutgoingRequest,
  credentials: Credentials,
  secrets: readonly string[],
  maxBody: number,
): LoggedRequest => ({
  url: maskUrl(url),
  headers: maskHeaders(headers, Object.keys(credentials.headers)),
  body: maskedStart(body, secrets, maxBody),
  bodyLength: body.length,
});

async function signatureHeaders(
  env: Pick<Env, "ENCRYPTION_KEYS" | "AUTH_SECRET">,
  config: Pick<SubscriptionConfig, "id" | "secrets">,
  { id, body }: { id: string; body: string },
  now: number,
) {
  const timestamp = String(Math.floor(now / SECOND));
  const secrets = await decryptSecrets(env, config, now);
  const signatures = await Promise.all(
    secrets.map((secret) => standardWebhookSignature(secret, id, timestamp, utf8(body))),
  );
  const mark = await loopMark(env.AUTH_SECRET);
  return {
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

async function post(
  { url, headers, body }: OutgoingRequest,
  preset: Preset | null,
  now: number,
): Promise<{ result: AttemptResult; responseBody: string | null }> {
  // An AbortSignal.timeout would keep the object in memory after the answer.
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), TIMEOUT_MS);
  try {
    // Only the operator chooses where messages go, so redirects are not followed.
    const response = await fetch(url, { method: "POST", redirect: "manual", signal: controller.signal, headers, body });
    const responseBody = await readAnswerBody(response);
    const { status: statusCode } = response;
    const fault = (preset?.read ?? readStatus)({ status: statusCode, body: responseBody });
    if (fault === null) return { result: { isDelivered: true, statusCode }, responseBody };
    const retryAfterMs = fault.retryAfterMs ?? readRetryAfter(response.headers.get("retry-after"), now);
    const { error } = fault;
    return { result: { isDelivered: false, statusCode, error, retryAfterMs }, responseBody };
  } catch {
    const error = controller.signal.aborted ? `No answer within ${TIMEOUT_MS / SECOND} seconds` : "Connection failed";
    return { result: failed(error), responseBody: null };
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
