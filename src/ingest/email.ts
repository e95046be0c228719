/**
 * Receives the emails that Email Routing sends to the Worker: each is one delivery, which runs through the pipeline of the HTTP route.
 * https://developers.cloudflare.com/email-service/api/route-emails/email-handler/
 */
import { readEmailAddress } from "../lib/email-address.ts";
import { newId } from "../lib/ids.ts";
import { readIngestId } from "../lib/ingest-id.ts";
import { isObject } from "../lib/json.ts";
import { Problem } from "../lib/problem.ts";
import type { DeliveryAnswer } from "../objects/integration/rpc.ts";
import { EMAIL_TOKEN_HEADER, ENVELOPE_FROM_HEADER } from "../verification/email.ts";
import type { IncomingRequest } from "./delivery.ts";
import { liveDependencies } from "./live-dependencies.ts";
import { logRejection } from "./log-rejection.ts";
import { MAX_BODY_BYTES, type ReadBody } from "./read-body.ts";
import { receiveFrom } from "./receive.ts";
import { unknownIntegration } from "./rejection.ts";

/** The part of a message that the handler uses. */
export type IncomingEmail = Pick<ForwardableEmailMessage, "from" | "to" | "raw" | "rawSize" | "setReject">;

/** Answers after which the sender must not try again. The others are temporary. */
const PERMANENT: ReadonlySet<number> = new Set([400, 401, 404, 410, 413, 415]);

/** A fault that is not the sender's: mail servers keep the message, and try again for days. */
class TemporaryFailure extends Error {
  override name = "TemporaryFailure";
}

/**
 * Receives a message: it returns when the message is durable, and rejects one that can never be accepted.
 * @throws when the sender must try again
 */
export async function receiveEmail(
  message: IncomingEmail,
  env: Env,
  context: Pick<ExecutionContext, "waitUntil">,
): Promise<void> {
  const { status, detail } = await answerTo(message, env, context);
  if (status < 300) return;
  if (!PERMANENT.has(status)) throw new TemporaryFailure(`${status} ${detail}`);
  message.setReject(detail);
}

interface Answer {
  status: number;
  detail: string;
}

async function answerTo(message: IncomingEmail, env: Env, context: Pick<ExecutionContext, "waitUntil">) {
  const id = newId();
  try {
    const { integrationId, ingestId, token } = recipientOf(id, message, env);
    const read = () => toRequest(id, message, ingestId, token);
    return toAnswer(await receiveFrom({ id, integrationId }, read, liveDependencies(env, context)));
  } catch (error) {
    if (error instanceof Problem) return { status: error.status, detail: error.message };
    throw error;
  }
}

/** @throws Problem `not-found` for an address that this deployment did not make */
function recipientOf(id: string, { to }: IncomingEmail, env: Env) {
  const address = readEmailAddress(to);
  const integrationId = address && readIngestId(address.ingestId, env.INGEST_TAG_KEYS);
  if (address !== null && integrationId !== null) return { ...address, integrationId };
  const problem = new Problem("not-found", "Unknown address.");
  logRejection(id, null, unknownIntegration());
  throw problem;
}

/** The message as a request. Its own headers stay in the body: nobody verified them. */
async function toRequest(
  id: string,
  message: IncomingEmail,
  ingestId: string,
  token: string,
): Promise<IncomingRequest> {
  return {
    id,
    url: new URL(`https://email.invalid/in/${ingestId}`),
    path: "",
    headers: new Headers({
      "content-type": "message/rfc822",
      [EMAIL_TOKEN_HEADER]: token,
      [ENVELOPE_FROM_HEADER]: printable(message.from),
    }),
    body: await readBody(message),
    receivedAt: Date.now(),
    isLoop: false,
    replayOf: null,
  };
}

/** A header has only these characters. RFC 6531 allows others in addresses. */
const printable = (address: string): string => address.replaceAll(/[^\x21-\x7e]/g, "?").slice(0, 320);

/** Reads a message, unless it is announced as too large. */
async function readBody({ raw, rawSize }: IncomingEmail): Promise<ReadBody> {
  const isTooLarge = rawSize > MAX_BODY_BYTES;
  const bytes = isTooLarge ? new Uint8Array() : new Uint8Array(await new Response(raw).arrayBuffer());
  return {
    bytes: bytes.slice(0, MAX_BODY_BYTES),
    isTooLarge: isTooLarge || bytes.length > MAX_BODY_BYTES,
    announcedBytes: rawSize,
  };
}

function toAnswer({ status, body }: DeliveryAnswer): Answer {
  const problem: unknown = JSON.parse(body);
  return {
    status,
    detail: isObject(problem) && typeof problem.detail === "string" ? problem.detail : `Status ${status}.`,
  };
}
