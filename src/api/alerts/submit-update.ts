/** Submits updates to the objects that own the alerts, and collects their results. */
import type { Context } from "hono";
import pLimit from "p-limit";
import type { AlertRef } from "../../db/alerts.ts";
import { LONG_CALL_LIMITS } from "../../objects/shared/call.ts";
import { callObject } from "../../objects/integration/client.ts";
import type { Sharding, AlertUpdateRequest, AlertUpdateResult } from "../../objects/integration/rpc.ts";
import { objectName, partitionOfAlert, shardOf } from "../../objects/integration/shards/index.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { newId } from "../../lib/ids.ts";
import { Problem } from "../../lib/problem.ts";

/** An alert to change. */
export interface Target {
  alert: AlertRef;
  /** The version that the alert must have; null: any. */
  expectedVersion: number | null;
}

/** The result for one alert. `unavailable`: its object cannot be reached or is overloaded. */
export type SubmitResult =
  | Exclude<AlertUpdateResult, { kind: "elsewhere" }>
  | { id: string; kind: "unavailable"; detail: string };

/** A Worker has six connections at a time. https://developers.cloudflare.com/workers/platform/limits/ */
const MAX_CALLS = 6;

const BUSY = "The integration is busy. Try again in 5 seconds.";

type Request = Pick<AlertUpdateRequest, "status" | "note" | "snoozedUntil" | "onlyIf">;

interface Reply {
  results: (AlertUpdateResult | SubmitResult)[];
  isFlushed: boolean;
  sharding?: Sharding | undefined;
}

/**
 * Updates alerts.
 * @returns a result per target, in their order, and whether Postgres already has all changes
 */
export async function submitUpdate(
  c: Context<AppEnv>,
  targets: readonly Target[],
  request: Request,
): Promise<{ results: SubmitResult[]; isFlushed: boolean }> {
  const limit = pLimit(MAX_CALLS);
  const byIntegration = [...Map.groupBy(targets, ({ alert }) => alert.integrationId)];
  const replies = await Promise.all(
    byIntegration.map(([integrationId, group]) => limit(() => submitToIntegration(c, integrationId, group, request))),
  );
  const byAlert = new Map(replies.flatMap(({ results }) => results).map((result) => [result.id, result]));
  return {
    results: targets.map(({ alert: { id } }) => byAlert.get(id) ?? { id, kind: "unknown" }),
    isFlushed: replies.every(({ isFlushed }) => isFlushed),
  };
}

/** Calls the first shard, and then the shards that own the alerts that it reported as elsewhere. */
async function submitToIntegration(
  c: Context<AppEnv>,
  integrationId: string,
  targets: readonly Target[],
  request: Request,
): Promise<{ results: SubmitResult[]; isFlushed: boolean }> {
  const first = await submitToObject(c, integrationId, targets, request);
  const { shards = 1 } = first.sharding ?? {};
  const elsewhere = new Set(first.results.filter(({ kind }) => kind === "elsewhere").map(({ id }) => id));
  const byObject = Map.groupBy(
    targets.filter(({ alert: { id } }) => elsewhere.has(id)),
    ({ alert }) => objectName(integrationId, shardOf(partitionOfAlert(alert), shards)),
  );
  const others = await Promise.all([...byObject].map(([name, group]) => submitToObject(c, name, group, request)));
  const results = [
    ...first.results.filter(({ id }) => !elsewhere.has(id)),
    ...others.flatMap((reply) => reply.results),
  ];
  return {
    results: results.map((result) =>
      // The number of shards is changing at this moment.
      result.kind === "elsewhere" ? { id: result.id, kind: "unavailable", detail: BUSY } : result,
    ),
    isFlushed: [first, ...others].every((reply) => reply.isFlushed),
  };
}

async function submitToObject(
  c: Context<AppEnv>,
  object: string,
  targets: readonly Target[],
  request: Request,
): Promise<Reply> {
  const update: AlertUpdateRequest = {
    ...request,
    // Made here, so that a repeated call has the same ids.
    alerts: targets.map(({ alert: { id, alertKey }, expectedVersion }) => ({
      id,
      entryId: newId(),
      alertKey,
      expectedVersion,
    })),
    actor: c.get("principal").actor,
    actorName: c.get("principal").actorName,
  };
  const all = (resultOf: (id: string) => SubmitResult): Reply => ({
    results: targets.map(({ alert }) => resultOf(alert.id)),
    isFlushed: true,
  });
  try {
    const reply = await callObject(c.env, object, (integration) => integration.updateAlerts(update), {
      limits: LONG_CALL_LIMITS,
    });
    if (reply.kind === "decided") return reply;
    if (reply.kind === "unknown") return all((id) => ({ id, kind: "unknown" }));
    return all((id) => ({ id, kind: "unavailable", detail: BUSY }));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return all((id) => ({ id, kind: "unavailable", detail: error.message }));
  }
}
