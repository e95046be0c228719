/** A delivery once more, on somebody's wish: what was kept of it is read as its integration reads now. */
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

/** What became of it. */
export interface Replayed {
  deliveryId: string;
  alerts: EventOutcome[];
}

/** A config may change while a delivery is read, but hardly more often than this. */
const MAX_ATTEMPTS = 4;

/**
 * The id of a replay: with an `Idempotency-Key` always the same, so that a wish that was sent again is one replay, even
 * when we broke off in the middle of the first.
 */
export async function replayId(c: Context<AppEnv>, originalId: string): Promise<string> {
  const key = c.req.header("idempotency-key");
  if (key === undefined) return newId();
  return uuidFrom(await sha256(utf8(JSON.stringify(["replay", c.get("principal").actor, key, originalId]))));
}

/**
 * Replays a delivery as a new one, linked to the original. It is a duplicate of nothing; its events find their alerts as
 * any others do.
 * @throws Problem `conflict` when it cannot be replayed, or not be read; the latter leaves a trace under `id`
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
    if (!integration.config.isEnabled) throw new Problem("conflict", "The integration is disabled.");
    const delivery = await read(c, original, id, integration);
    const reply = await handOver(c.env, c.executionCtx, integration.config, delivery);
    if (reply.kind === "decided") return { deliveryId: id, alerts: reply.outcomes };
    if (reply.kind === "overloaded") {
      throw new Problem("unavailable", "This integration cannot take deliveries for the moment.", {
        headers: { "retry-after": String(reply.retryAfterSeconds) },
      });
    }
    if (reply.kind === "failed") throw new Problem("internal", "The error was recorded under this instance.");
    integration = reply.kind === "newer-config" ? await learn(c.env, reply.config) : null;
  }
  throw new Problem("conflict", "The integration of this delivery is deleted.");
}

function assertReplayable({ isBodyCut, decision }: Replayable, includeUnverified: boolean): void {
  if (isBodyCut) throw new Problem("conflict", "The body of this delivery was not kept whole.");
  if (verificationOf(decision).isVerified !== true && !includeUnverified) {
    throw new Problem(
      "conflict",
      "Nobody proved who sent this delivery. To replay it all the same, set includeUnverified.",
    );
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
    // What depends on the time, or takes the delivery's id for a key, must come out as it did the first time.
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
    throw new Problem("conflict", `It cannot be read: ${problem.message}`, { errors: problem.errors ?? [] });
  }
}
