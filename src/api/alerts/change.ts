/** Moving alerts to another status: one wish or many, each through the object that owns the alert. */
import type { Context } from "hono";
import type { AlertRef } from "../../db/alerts.ts";
import { callObject } from "../../integration/client.ts";
import type { StatusChange, StatusChangeResult } from "../../integration/messages.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { newId } from "../../lib/ids.ts";
import { Problem } from "../../lib/problem.ts";

/** What somebody wishes of an alert; `expectedVersion` null: whatever version it has. */
export interface Wish {
  alert: AlertRef;
  expectedVersion: number | null;
}

/** What became of a wish; `unavailable`: the object cannot be reached, or has too much to do. */
export type WishResult = StatusChangeResult | { id: string; kind: "unavailable"; detail: string };

/** So many objects are asked at a time: a Worker has no more connections to give. */
const WIDTH = 6;

/**
 * Moves alerts on. Gives a result for each, in their order, and whether Postgres has all that changed; if not, it is
 * durable and will get there.
 */
export async function changeAlerts(
  c: Context<AppEnv>,
  wishes: readonly Wish[],
  status: StatusChange["status"],
  note: string | null,
): Promise<{ results: WishResult[]; isFlushed: boolean }> {
  const groups = [...Map.groupBy(wishes, ({ alert }) => alert.integrationId)];
  const found = new Map<string, WishResult>();
  let isFlushed = true;
  let next = 0;
  const lane = async () => {
    for (let group = groups[next++]; group; group = groups[next++]) {
      const [integrationId, members] = group;
      const outcome = await changeGroup(c, integrationId, members, status, note);
      isFlushed &&= outcome.isFlushed;
      for (const result of outcome.results) found.set(result.id, result);
    }
  };
  await Promise.all(Array.from({ length: WIDTH }, lane));
  return { results: wishes.map(({ alert: { id } }) => found.get(id) ?? { id, kind: "unknown" }), isFlushed };
}

async function changeGroup(
  c: Context<AppEnv>,
  integrationId: string,
  wishes: readonly Wish[],
  status: StatusChange["status"],
  note: string | null,
): Promise<{ results: WishResult[]; isFlushed: boolean }> {
  const change: StatusChange = {
    id: newId(),
    alerts: wishes.map(({ alert: { id, alertKey }, expectedVersion }) => ({ id, alertKey, expectedVersion })),
    status,
    note,
    actor: c.get("principal").actor,
  };
  const all = (result: (id: string) => WishResult) => ({
    results: wishes.map(({ alert }) => result(alert.id)),
    isFlushed: true,
  });
  try {
    const reply = await callObject(c.env, integrationId, (object) => object.change(change));
    if (reply.kind === "decided") return reply;
    if (reply.kind === "unknown") return all((id) => ({ id, kind: "unknown" }));
    return all((id) => ({ id, kind: "unavailable", detail: "This integration cannot take changes for the moment." }));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return all((id) => ({ id, kind: "unavailable", detail: error.message }));
  }
}
