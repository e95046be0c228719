/** Replays a stored delivery: processes it with the current settings of its integration, as a new delivery. */
import type { Context } from "hono";
import type { EventOutcome } from "../../alerts/event.ts";
import type { Database } from "../../db/client.ts";
import { findDelivery } from "../../db/deliveries.ts";
import { bodyOf, pathOf, type Replayable } from "../../db/replayable.ts";
import type { IncomingRequest } from "../../ingest/delivery.ts";
import type { Dependencies } from "../../ingest/dependencies.ts";
import { liveDependencies } from "../../ingest/live-dependencies.ts";
import { loadIntegration } from "../../ingest/load-integration.ts";
import { run } from "../../ingest/pipeline.ts";
import { Rejection } from "../../ingest/rejection.ts";
import { ingestUrlOf } from "../../lib/ingest-id.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { sha256, utf8 } from "../../lib/bytes.ts";
import { newId, uuidFrom } from "../../lib/ids.ts";
import { type FieldError, Problem } from "../../lib/problem.ts";

/** The new delivery, and the outcomes of its events. */
export interface Replayed {
  deliveryId: string;
  alerts: EventOutcome[];
}

/** The id of a replay. With an `Idempotency-Key` it is always the same, so that a repeated request makes one replay. */
export async function replayId(c: Context<AppEnv>, originalId: string): Promise<string> {
  const key = c.req.header("idempotency-key");
  if (key === undefined) return newId();
  return uuidFrom(await sha256(utf8(JSON.stringify(["replay", c.get("principal").actor, key, originalId]))));
}

/**
 * Replays a delivery as a new one, linked to the original. It is never a duplicate; its events match alerts as
 * usual.
 * @param id the id of the new delivery
 * @throws Problem `conflict` when it cannot be replayed or read; an unreadable one leaves a rejected delivery under `id`
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
  if (earlier?.status === "REJECTED") throw unreadable(earlier.error ?? "", id);
  if (earlier) return { deliveryId: id, alerts: earlier.events as EventOutcome[] };

  const integration = await loadIntegration(c.env, original.integrationId);
  if (!integration) throw deletedIntegration();
  const result = await run(toRequest(c, original, id), integration, replayDependencies(c));
  if (result instanceof Rejection) throw toProblem(result.problem, id);
  return { deliveryId: id, alerts: result.outcomes };
}

/** The stored delivery was verified when it arrived, so nothing is verified, limited or confirmed again. */
const replayDependencies = (c: Context<AppEnv>, live = liveDependencies(c.env, c.executionCtx)): Dependencies => ({
  ...live,
  authenticate: () => Promise.resolve({ isVerified: true, secret: "current" }),
  isWithinRate: () => Promise.resolve(true),
  visitSubscribeUrl: () => Promise.resolve(true),
  pinSnsTopic: (_, topicArn) => Promise.resolve(topicArn),
  // Of a disabled integration nothing was read, so there is nothing to record.
  recordRejection: (rejection) =>
    rejection.problem.type === "disabled" ? Promise.resolve(rejection) : live.recordRejection(rejection),
});

function assertReplayable({ isBodyCut, decision }: Replayable, includeUnverified: boolean): void {
  if (isBodyCut)
    throw new Problem("conflict", "The body of this delivery is not stored in full. It cannot be replayed.");
  if (verificationOf(decision).isVerified !== true && !includeUnverified) {
    throw new Problem("conflict", "This delivery is not verified. Set `includeUnverified` to replay it.");
  }
}

const verificationOf = (decision: unknown) =>
  ((decision as { verification?: unknown }).verification ?? {}) as Record<string, unknown>;

function toRequest(c: Context<AppEnv>, original: Replayable, id: string): IncomingRequest {
  const verification = verificationOf(original.decision);
  const bytes = bodyOf(original);
  const [, path = "", query = ""] = /^([^?]*)(.*)$/s.exec(pathOf(original)) ?? [];
  const url = ingestUrlOf(original.integrationId, c.req.url, c.env.INGEST_TAG_KEYS);
  return {
    id,
    url: new URL(query, url),
    path,
    headers: new Headers(original.headers as Record<string, string>),
    body: { bytes, isTooLarge: false, announcedBytes: bytes.length },
    receivedAt: Date.now(),
    isLoop: false,
    replayOf: {
      id: original.id,
      receivedAt: original.receivedAt.getTime(),
      verification: { ...verification, replayedBy: c.get("principal").actor },
    },
  };
}

const deletedIntegration = () =>
  new Problem("conflict", "The integration of this delivery is deleted, so it cannot be replayed.");

/** The problem of a replay that was rejected. @param recordId the id of its record */
const unreadable = (detail: string, recordId: string, errors: readonly FieldError[] = []): Problem =>
  new Problem("conflict", `The delivery cannot be read. ${detail}`, { errors, members: { deliveryId: recordId } });

/** The rejection of a delivery, as the caller of the API needs it. @param recordId the id of its record, if it has one */
function toProblem(problem: Problem, recordId: string): Problem {
  switch (problem.type) {
    case "internal":
      return problem;
    case "unavailable":
    case "too-many-requests":
      return new Problem("unavailable", problem.message, { headers: problem.headers });
    case "not-found":
      return deletedIntegration();
    case "disabled":
      return new Problem("conflict", "The integration is disabled. Enable it first.");
    default:
      return unreadable(problem.message, recordId, problem.errors);
  }
}
