/**
 * Deliveries on their way to the integration's object as they arrived: this isolate does not know the integration, or its
 * config may be too old to reject them. The object's answer is final.
 */
import { entriesOf } from "../lib/headers.ts";
import { Pause } from "../lib/pause.ts";
import { CALL_LIMITS } from "../objects/shared/call.ts";
import { callObject } from "../objects/integration/client.ts";
import type { RawDelivery, ReceiveReply } from "../objects/integration/rpc.ts";
import type { IncomingRequest } from "./delivery.ts";
import { InFlight } from "./in-flight.ts";
import { isRemembered, rememberConfig } from "./load-integration.ts";

/** Concurrent raw deliveries of an integration that this isolate does not know yet. */
const MAX_FIRST = 16;

/** The raw deliveries of one integration. */
interface Calls {
  inFlight: InFlight;
  /** The pauses of deliveries that wait for the end of a call. */
  waiting: Pause[];
}

const callsByIntegration = new Map<string, Calls>();

/**
 * Sends a delivery to the integration's object, and remembers the config that comes back. A burst to an unknown
 * integration goes at once. Otherwise few calls are in flight, as for accepted deliveries (CALLS_IN_FLIGHT): one call
 * is enough to learn a newer config, even in a flood of forged deliveries.
 * @returns null: waited for the call of another delivery, so the config is known now, or the delivery can be sent
 * @throws Problem `unavailable` when the object cannot be reached
 */
export async function sendRaw(
  env: Env,
  context: Pick<ExecutionContext, "waitUntil">,
  integrationId: string,
  request: IncomingRequest,
): Promise<ReceiveReply | null> {
  const calls = callsOf(integrationId);
  const limit = Math.max(Number(env.CALLS_IN_FLIGHT), isRemembered(integrationId) ? 1 : MAX_FIRST);
  if (calls.inFlight.count() >= limit) return waitForCall(calls);
  const end = calls.inFlight.start();
  const replying = callObject(env, integrationId, (object) => object.receive(toRaw(request)));
  // A sender that hangs up must not cancel the call.
  context.waitUntil(replying.catch(() => {}));
  try {
    const reply = await replying;
    rememberConfig(integrationId, reply.kind === "unknown" ? null : reply.config);
    return reply;
  } finally {
    end();
    for (const pause of calls.waiting.splice(0)) pause.end();
    if (calls.inFlight.count() === 0) callsByIntegration.delete(integrationId);
  }
}

function callsOf(integrationId: string): Calls {
  const known = callsByIntegration.get(integrationId);
  if (known) return known;
  const calls: Calls = { inFlight: new InFlight(), waiting: [] };
  callsByIntegration.set(integrationId, calls);
  return calls;
}

/** Waits for the end of a call, or until it would be cut off. */
async function waitForCall({ waiting }: Calls): Promise<null> {
  const pause = new Pause();
  waiting.push(pause);
  await pause.wait(CALL_LIMITS.budgetMs);
  return null;
}

const toRaw = ({ id, url, path, headers, body, receivedAt, isLoop }: IncomingRequest): RawDelivery => ({
  id,
  url: url.href,
  path,
  headers: [...entriesOf(headers)],
  body: body.bytes,
  isBodyTooLarge: body.isTooLarge,
  announcedBytes: body.announcedBytes,
  receivedAt,
  isLoop,
});

/** The request of a raw delivery, in the object. */
export const fromRaw = ({
  url,
  headers,
  body,
  isBodyTooLarge,
  announcedBytes,
  ...request
}: RawDelivery): IncomingRequest => ({
  ...request,
  url: new URL(url),
  headers: new Headers(headers),
  body: { bytes: body, isTooLarge: isBodyTooLarge, announcedBytes },
  replayOf: null,
});
