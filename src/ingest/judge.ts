/** What the edge makes of a request, before the integration's object decides: a delivery, or a rejection with its reason. */
import type { AlertContent, IncomingEvent, UnreadableEvent, AlertEvent } from "../alerts/event.ts";
import type { Delivery, Rejection, RequestRecord } from "../objects/integration/rpc.ts";
import { JsonError } from "../lib/json.ts";
import { Problem, type ProblemType } from "../lib/problem.ts";
import { toIso } from "../lib/time.ts";
import { holdsSecret, maskText, REDACTED } from "../lib/sensitive.ts";
import { BodyError } from "../providers/provider.ts";
import type { VerificationResult, VerificationFailure } from "../verification/verifier.ts";
import { successStatus } from "./respond.ts";
import { MAX_BODY_BYTES, type ReadBody } from "./read-body.ts";
import type { ReadyIntegration } from "./load-integration.ts";
import { redactHeaders } from "./headers.ts";
import { maskSecrets } from "./mask.ts";
import { type Readable, type ReadDelivery, readDelivery } from "./normalize.ts";

/** A request as it reached us. `receivedAt` in Unix ms. */
export interface Arrival {
  id: string;
  url: URL;
  /** What follows the ingest URL; empty for the URL itself. */
  path: string;
  headers: Headers;
  body: ReadBody;
  receivedAt: number;
  /** A subscription of this very deployment sent it. */
  isOwn?: boolean;
}

/** What a rejected delivery may leave behind. */
export interface Trace {
  isVerified: boolean;
  /** Made when it is wanted: a flood of strangers leaves hardly any. */
  rejection: () => Omit<Rejection, "omittedBefore">;
}

interface RejectionClass extends Trace {
  kind: "rejection";
  problem: Problem;
}

export type Judgement = { kind: "delivery"; delivery: Delivery } | RejectionClass;

/** What follows the ingest URL in a URL; empty for the ingest URL itself. */
export function pathBehind({ pathname }: URL): string {
  const rest = pathname.split("/").slice(3).join("/");
  return rest === "" ? "" : `/${rest}`;
}

/** Of what a stranger sends, this much is kept. */
const UNVERIFIED_BODY_BYTES = 16 * 1024;

/** Verifies, reads and identifies a request. */
export async function judge(request: Arrival, integration: ReadyIntegration): Promise<Judgement> {
  const { config, provider } = integration;
  const { headers } = request;
  if (request.body.isTooLarge) {
    const problem = new Problem("too-large", `A body may have ${MAX_BODY_BYTES} bytes.`);
    return refuse(request, integration, null, problem, `the body is larger than ${MAX_BODY_BYTES} bytes`);
  }
  const { bytes } = request.body;
  const verdict = await integration.verify({ headers, url: request.url, body: bytes }, request.receivedAt);
  if (!verdict.isVerified) {
    return refuse(request, integration, verdict, verificationProblem(verdict.failure), verdict.reason);
  }
  if (!config.isEnabled) {
    const problem = new Problem("disabled", "This integration is disabled.");
    return refuse(request, integration, verdict, problem, "the integration is disabled");
  }
  if (request.isOwn) {
    const problem = new Problem(
      "forbidden",
      "This is a message of this Tocsin's own: a subscription leads back to it.",
    );
    return refuse(request, integration, verdict, problem, "a message of a subscription of this Tocsin");
  }
  const encoding = headers.get("content-encoding");
  if (encoding && encoding.toLowerCase() !== "dedupKey") {
    const problem = new Problem("unsupported-media-type", "Send the body without a Content-Encoding.");
    const reason = `content-encoding ${encoding.slice(0, 50)} is not taken`;
    return refuse(request, integration, verdict, problem, reason);
  }
  // What is read is what is kept, and neither has a secret in it.
  const arrival = withoutSecrets(request, integration);
  try {
    const read = await readDelivery(readable(arrival), { ...config, provider });
    return { kind: "delivery", delivery: toDelivery(arrival, integration, verdict, read) };
  } catch (error) {
    const problem = bodyProblem(error);
    if (!problem) throw error;
    return refuse(request, integration, verdict, problem, problem.message);
  }
}

/** A token may stand anywhere: in the body, a header, the path. What is read, kept and told has it masked. */
export function withoutSecrets(arrival: Arrival, { config, secrets }: ReadyIntegration): Arrival {
  if (config.verification.scheme !== "token") return arrival;
  const headers = new Headers(
    [...arrival.headers].map(([name, value]) => [name, holdsSecret(value, secrets) ? REDACTED : value]),
  );
  const body = { ...arrival.body, bytes: maskSecrets(arrival.body.bytes, secrets) };
  return { ...arrival, headers, body, path: maskText(arrival.path, secrets) };
}

/** What of a request its reading looks at. */
export const readable = ({ id, headers, path, url, body, receivedAt }: Arrival): Readable => ({
  id,
  receivedAt,
  headers,
  path,
  query: url.searchParams,
  bytes: body.bytes,
});

/** A delivery for the object to decide on. */
export function toDelivery(
  arrival: Arrival,
  integration: ReadyIntegration,
  verdict: VerificationResult,
  read: ReadDelivery,
): Delivery {
  const { config, provider } = integration;
  return {
    id: arrival.id,
    configVersion: config.version,
    request: requestRecord(arrival, integration, read.isJson ? "json" : "bytes", false),
    body: arrival.body.bytes,
    dedupKey: read.dedupKey,
    idempotencyKey: read.idempotencyKey,
    contentFingerprint: read.contentFingerprint,
    events: read.events.map(toIncoming),
    maxLatenessMs: provider.maxLatenessMs ?? null,
    verification: verificationRecord(arrival, integration, verdict),
    note: read.note,
    statusCodes: {
      accepted: successStatus(provider, arrival.path, "ACCEPTED"),
      duplicate: successStatus(provider, arrival.path, "DUPLICATE"),
    },
  };
}

/** An honest senderProfile learns where to look; a stranger learns nothing that the documentation does not say. */
const HINTS: Record<VerificationFailure, { type: ProblemType; detail: string }> = {
  missing: {
    type: "verification-failed",
    detail: "The delivery carries no proof of its origin that this integration takes: see its verification settings.",
  },
  mismatch: {
    type: "verification-failed",
    detail: "The proof of origin does not match: was it made with this integration's secret, over the bytes as sent?",
  },
  timestamp: { type: "verification-failed", detail: "The signed timestamp is too far from our clock." },
  // A fault between us and whom we ask, not the senderProfile's.
  unavailable: {
    type: "unavailable",
    detail: "The proof of origin cannot be checked for the moment. Try again later.",
  },
};

function verificationProblem(failure: VerificationFailure): Problem {
  const { type, detail } = HINTS[failure];
  return new Problem(type, detail, type === "unavailable" ? { headers: { "retry-after": "30" } } : {});
}

/** What is wrong with a body that cannot be read; null: the fault is ours. */
export function bodyProblem(error: unknown): Problem | null {
  if (error instanceof Problem) return error;
  if (error instanceof JsonError) return new Problem("invalid-body", sentence(error.message));
  if (error instanceof BodyError) {
    const detail = sentence(error.pointer === "" ? error.message : `${error.message} at ${error.pointer}`);
    return new Problem("invalid-body", detail, { errors: [{ pointer: error.pointer, detail: error.message }] });
  }
  return null;
}

const sentence = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;

function toIncoming(event: AlertEvent | UnreadableEvent): IncomingEvent | UnreadableEvent {
  if ("unreadable" in event) return event;
  const { action, alertKey, severity, occurredAt, ...rest } = event;
  return { action, alertKey, severity, occurredAt, content: JSON.stringify(rest satisfies AlertContent) };
}

function refuse(
  arrival: Arrival,
  integration: ReadyIntegration,
  verdict: VerificationResult | null,
  problem: Problem,
  reason: string,
): RejectionClass {
  return {
    kind: "rejection",
    problem,
    isVerified: verdict?.isVerified ?? false,
    rejection: () => rejectionOf(arrival, integration, verdict, problem, reason),
  };
}

function rejectionOf(
  arrival: Arrival,
  integration: ReadyIntegration,
  verdict: VerificationResult | null,
  problem: Problem,
  reason: string,
): Omit<Rejection, "omittedBefore"> {
  const isVerified = verdict?.isVerified ?? false;
  const kept = withoutSecrets(arrival, integration);
  const { bytes } = kept.body;
  const isCut = arrival.body.isTooLarge || (!isVerified && bytes.length > UNVERIFIED_BODY_BYTES);
  return {
    id: arrival.id,
    configVersion: integration.config.version,
    // Not known to be JSON, or cut in two: bytes.
    request: requestRecord(kept, integration, "bytes", isCut),
    body: isVerified ? bytes : bytes.slice(0, UNVERIFIED_BODY_BYTES),
    statusCode: problem.status,
    reason,
    isVerified,
    verification: verificationRecord(kept, integration, verdict),
  };
}

/** A rejection for a delivery that was good in itself: there is no room for it now. */
export const refuseForNow = (arrival: Arrival, integration: ReadyIntegration, problem: Problem): Trace =>
  refuse(arrival, integration, null, problem, problem.message);

/** A rejection for a delivery that was to be replayed and cannot be read. */
export const refuseReplay = (
  arrival: Arrival,
  integration: ReadyIntegration,
  problem: Problem,
  { replayOf, verification }: Pick<Rejection, "replayOf" | "verification">,
): Trace => ({
  isVerified: true,
  rejection: () => ({
    ...rejectionOf(arrival, integration, { isVerified: true, secret: "current" }, problem, problem.message),
    ...(replayOf !== undefined && { replayOf }),
    verification,
  }),
});

function requestRecord(
  { headers, body, receivedAt }: Arrival,
  { config, secrets }: ReadyIntegration,
  bodyKind: "json" | "bytes",
  isBodyCut: boolean,
): RequestRecord {
  // Written here, as it goes to Postgres: the object has enough to do.
  const columns = JSON.stringify({
    headers: redactHeaders(headers, config.verification, secrets),
    content_type: headers.get("content-type")?.slice(0, 200).toWellFormed() ?? null,
    source_ip: headers.get("cf-connecting-ip"),
    body_bytes: body.isTooLarge ? body.announcedBytes : body.bytes.length,
    is_body_cut: isBodyCut,
    received_at: toIso(receivedAt),
  });
  return { columns, bodyKind: body.bytes.length === 0 ? "none" : bodyKind };
}

const verificationRecord = (
  { path }: Arrival,
  { config }: ReadyIntegration,
  verdict: VerificationResult | null,
): Record<string, unknown> => ({
  scheme: config.verification.scheme,
  isVerified: verdict?.isVerified ?? null,
  ...(verdict?.isVerified && { secret: verdict.secret }),
  // Some sources say in the URL what the body means.
  ...(path !== "" && { path }),
});
