/** Replays a stored delivery with the current settings of its integration. */
import type { EventOutcome } from "../../alerts/event.ts";
import type { Context } from "hono";
import { findDelivery } from "../../db/deliveries.ts";
import type { Database } from "../../db/client.ts";
import type { Replayable } from "../../db/replayable.ts";
import { handOver } from "../../ingest/submit.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { sha256, utf8 } from "../../lib/bytes.ts";
import { newId, uuidFrom } from "../../lib/ids.ts";
import { Problem } from "../../lib/problem.ts";
import { type ReadyIntegration, learn, readyIntegration } from "../../ingest/load-integration.ts";
import { type Arrival, bodyProblem, readable, refuseReplay, toDelivery } from "../../ingest/judge.ts";
import { readDelivery } from "../../ingest/normalize.ts";
import { leaveTrace } from "../../ingest/record-rejection.ts";

/** The new delivery and the outcomes of its events. */
export interface Replayed {
  deliveryId: string;
  alerts: EventOutcome[];
}

/** The config may change during a replay; more changes than this are not expected. */
const MAX_ATTEMPTS = 4;

/**
 * Returns the id of the new delivery. It depends only on caller, `Idempotency-Key` and original, so that a repeated request
 * does not replay twice, even when the first one was interrupted.
 */
export async function replayId(c: Context<AppEnv>, originalId: string): Promise<string> {
  const key = c.req.header("idempotency-key");
  if (key === undefined) return newId();
  return uuidFrom(await sha256(utf8(JSON.stringify(["replay", c.get("principal").actor, key, originalId]))));
}

/**
 * Replays a delivery as a new one that is linked to the original and is never a duplicate.
 * @param id the id of the new delivery
 * @throws Problem `conflict` when it cannot be replayed or parsed; the latter records a rejected delivery with the new id
 */
export async function replay(
  c: Context<AppEnv>,
  db: Database,
  original: Replayable,
  id: string,
  includeUnverified: boolean,
): Promise<Replayed> {
  assertReplayable(original, includeUnverified);
  const earlier = await findDelivery(db, id);
  if (earlier) return { deliveryId: id, alerts: earlier.events as EventOutcome[] };

  let integration = await readyIntegration(c.env, original.integrationId);
  for (let attempt = 0; integration && attempt < MAX_ATTEMPTS; attempt++) {
    if (!integration.config.isEnabled)
      throw new Problem("conflict", "The integration is disabled. Enable it and replay again.");
    const delivery = await read(c, original, id, integration);
    const reply = await handOver(c.env, c.executionCtx, integration.config, delivery);
    if (reply.kind === "decided") return { deliveryId: id, alerts: reply.outcomes };
    if (reply.kind === "overloaded") {
      throw new Problem("unavailable", "The integration is overloaded. Retry later.", {
        headers: { "retry-after": String(reply.retryAfterSeconds) },
      });
    }
    if (reply.kind === "failed")
      throw new Problem("internal", "Internal error. Quote the `instance` id when you report it.");
    integration = reply.kind === "newer-config" ? await learn(c.env, reply.config) : null;
  }
  throw new Problem("conflict", "The integration of this delivery is deleted. The delivery cannot be replayed.");
}

function assertReplayable({ isBodyCut, decision }: Replayable, includeUnverified: boolean): void {
  if (isBodyCut)
    throw new Problem("conflict", "Only the start of this body was stored. The delivery cannot be replayed.");
  if (verificationOf(decision).isVerified !== true && !includeUnverified) {
    throw new Problem("conflict", "The delivery was not verified. Set `includeUnverified` to replay it anyway.");
  }
}

const verificationOf = (decision: unknown) =>
  ((decision as { verification?: unknown }).verification ?? {}) as Record<string, unknown> & { path?: string };

async function read(c: Context<AppEnv>, original: Replayable, id: string, integration: ReadyIntegration) {
  const verification = { ...verificationOf(original.decision), replayedBy: c.get("principal").actor };
  const { path = "" } = verificationOf(original.decision);
  const bytes = original.payload === null ? new Uint8Array(original.body ?? []) : utf8(original.payload);
  const arrival: Arrival = {
    id,
    url: new URL(`/in/${original.integrationId}`, c.req.url),
    path,
    headers: new Headers(original.headers as Record<string, string>),
    body: { bytes, isTooLarge: false, announcedBytes: bytes.length },
    receivedAt: Date.now(),
  };
  try {
    // Parsed with the original id and time: alert keys and dates may depend on them.
    const asItCame = { ...readable(arrival), id: original.id, receivedAt: original.receivedAt.getTime() };
    const reading = await readDelivery(asItCame, { ...integration.config, provider: integration.provider });
    return {
      ...toDelivery(arrival, integration, { isVerified: true, secret: "current" }, reading),
      dedupKey: { kind: "key" as const, value: `replay:${id}` },
      replayOf: original.id,
      verification,
    };
  } catch (error) {
    const problem = bodyProblem(error);
    if (!problem) throw error;
    const trace = refuseReplay(arrival, integration, problem, { replayOf: original.id, verification });
    await leaveTrace(c.env, original.integrationId, trace);
    throw new Problem("conflict", `The delivery cannot be parsed: ${problem.message}`, {
      errors: problem.errors ?? [],
    });
  }
}
