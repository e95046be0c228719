/** What the edge makes of a request, before the integration's object decides: a delivery, or a refusal with its reason. */
import { boundEvent } from "../alerts/bounds.ts";
import type { AlertEvent, UnreadableEvent } from "../alerts/model.ts";
import type {
  AlertContent,
  Delivery,
  IncomingEvent,
  Rejection,
  RequestRecord,
  UnreadableElement,
} from "../integration/messages.ts";
import { JsonError, parseJson } from "../lib/json.ts";
import { Problem } from "../lib/problem.ts";
import { BodyError } from "../providers/provider.ts";
import type { Verdict, VerificationFailure } from "../verify/verifier.ts";
import { MAX_BODY_BYTES, type ReadBody } from "./body.ts";
import type { ReadyIntegration } from "./config-cache.ts";
import { redactHeaders } from "./headers.ts";
import { fingerprint, idempotencyKey, identityOf } from "./identity.ts";

/** A request as it reached us. `receivedAt` in Unix ms. */
export interface Arrival {
  id: string;
  url: URL;
  headers: Headers;
  body: ReadBody;
  receivedAt: number;
}

interface Refusal {
  kind: "refusal";
  problem: Problem;
  rejection: Omit<Rejection, "omittedBefore">;
}

export type Judgement = { kind: "delivery"; delivery: Delivery } | Refusal;

/** Of what a stranger sends, this much is kept. */
const UNVERIFIED_BODY_BYTES = 16 * 1024;

/** Verifies, reads and identifies a request. */
export async function judge(arrival: Arrival, integration: ReadyIntegration): Promise<Judgement> {
  const { config, provider } = integration;
  const { body, headers } = arrival;
  if (body.isTooLarge) {
    const detail = `A body may have ${MAX_BODY_BYTES} bytes.`;
    return refuse(
      arrival,
      integration,
      null,
      new Problem("too-large", detail),
      `the body is larger than ${MAX_BODY_BYTES} bytes`,
    );
  }
  const verdict = await integration.verify({ headers, url: arrival.url, body: body.bytes }, arrival.receivedAt);
  if (!verdict.isVerified) {
    return refuse(
      arrival,
      integration,
      verdict,
      new Problem("verification-failed", HINTS[verdict.failure]),
      verdict.reason,
    );
  }
  if (!config.isEnabled) {
    return refuse(
      arrival,
      integration,
      verdict,
      new Problem("disabled", "This integration is disabled."),
      "the integration is disabled",
    );
  }
  const encoding = headers.get("content-encoding");
  if (encoding && encoding.toLowerCase() !== "identity") {
    const reason = `content-encoding ${encoding.slice(0, 50)} is not taken`;
    return refuse(
      arrival,
      integration,
      verdict,
      new Problem("unsupported-media-type", "Send the body without a Content-Encoding."),
      reason,
    );
  }

  try {
    const text = decodeUtf8(body.bytes);
    const input = { headers, body: parseBody(text, headers.get("content-type")) };
    const reading = provider.read(input);
    const events = await Promise.all(reading.events.map(boundReadable));
    const [key, contentFingerprint] = await Promise.all([
      idempotencyKey(headers, config.idempotencyHeader),
      fingerprint(provider, input, { ...reading, events }, body.bytes, config.ignore),
    ]);
    const delivery: Delivery = {
      id: arrival.id,
      configVersion: config.version,
      // The parser skips a byte order mark, which JSON text may not begin with.
      request: requestRecord(arrival, integration, text.startsWith("\uFEFF") ? "bytes" : "json", false),
      body: body.bytes,
      identity: identityOf(key, contentFingerprint),
      idempotencyKey: key,
      contentFingerprint,
      events: events.map(toIncoming),
      maxLatenessMs: provider.maxLatenessMs ?? null,
      verification: verificationRecord(integration, verdict),
      note: reading.note ?? null,
    };
    return { kind: "delivery", delivery };
  } catch (error) {
    const problem = bodyProblem(error);
    if (!problem) throw error;
    return refuse(arrival, integration, verdict, problem, problem.message);
  }
}

/** An honest sender learns where to look; a stranger learns nothing that the documentation does not say. */
const HINTS: Record<VerificationFailure, string> = {
  missing: "The delivery carries no proof of its origin that this integration takes: see its verification settings.",
  mismatch: "The proof of origin does not match: was it made with this integration's secret, over the bytes as sent?",
  timestamp: "The signed timestamp is too far from our clock.",
};

function bodyProblem(error: unknown): Problem | null {
  if (error instanceof Problem) return error;
  if (error instanceof JsonError) return new Problem("invalid-body", sentence(error.message));
  if (error instanceof BodyError) {
    const detail = sentence(error.pointer === "" ? error.message : `${error.message} at ${error.pointer}`);
    return new Problem("invalid-body", detail, { errors: [{ pointer: error.pointer, detail: error.message }] });
  }
  return null;
}

const sentence = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new JsonError("the body is not UTF-8");
  }
}

/** JSON whatever its content type says: many senders give none or a wrong one. */
function parseBody(text: string, contentType: string | null): unknown {
  try {
    return parseJson(text.startsWith("\uFEFF") ? text.slice(1) : text);
  } catch (error) {
    const type = contentType?.split(";")[0]?.trim().toLowerCase() ?? "";
    if (type === "" || type === "text/plain" || /[/+]json$/.test(type)) throw error;
    throw new Problem("unsupported-media-type", `This integration takes JSON, not ${type.slice(0, 100)}.`);
  }
}

const boundReadable = async (event: AlertEvent | UnreadableEvent): Promise<AlertEvent | UnreadableEvent> =>
  "unreadable" in event ? event : boundEvent(event);

function toIncoming(event: AlertEvent | UnreadableEvent): IncomingEvent | UnreadableElement {
  if ("unreadable" in event) return event;
  const { action, alertKey, severity, occurredAt, ...rest } = event;
  return { action, alertKey, severity, occurredAt, content: JSON.stringify(rest satisfies AlertContent) };
}

function refuse(
  arrival: Arrival,
  integration: ReadyIntegration,
  verdict: Verdict | null,
  problem: Problem,
  reason: string,
): Refusal {
  const isVerified = verdict?.isVerified ?? false;
  const { bytes } = arrival.body;
  const isCut = arrival.body.isTooLarge || (!isVerified && bytes.length > UNVERIFIED_BODY_BYTES);
  return {
    kind: "refusal",
    problem,
    rejection: {
      id: arrival.id,
      configVersion: integration.config.version,
      // Not known to be JSON, or cut in two: bytes.
      request: requestRecord(arrival, integration, "bytes", isCut),
      body: isVerified ? bytes : bytes.slice(0, UNVERIFIED_BODY_BYTES),
      statusCode: problem.status,
      reason,
      isVerified,
      verification: verificationRecord(integration, verdict),
    },
  };
}

/** A refusal for a delivery that was good in itself: there is no room for it now. */
export const refuseForNow = (arrival: Arrival, integration: ReadyIntegration, problem: Problem): Refusal["rejection"] =>
  refuse(arrival, integration, null, problem, problem.message).rejection;

function requestRecord(
  { headers, body, receivedAt }: Arrival,
  { config, secrets }: ReadyIntegration,
  bodyKind: "json" | "bytes",
  isBodyCut: boolean,
): RequestRecord {
  return {
    headers: redactHeaders(headers, config.verification, secrets),
    contentType: headers.get("content-type")?.slice(0, 200).toWellFormed() ?? null,
    sourceIp: headers.get("cf-connecting-ip"),
    receivedAt,
    bodyKind: body.bytes.length === 0 ? "none" : bodyKind,
    bodyBytes: body.isTooLarge ? body.announcedBytes : body.bytes.length,
    isBodyCut,
  };
}

const verificationRecord = ({ config }: ReadyIntegration, verdict: Verdict | null): Record<string, unknown> => ({
  scheme: config.verification.scheme,
  isVerified: verdict?.isVerified ?? null,
  ...(verdict?.isVerified && { secret: verdict.secret }),
});
