/** Moving alerts to another status: one wish or many, each through the object that owns the alert. */
import type { Context } from "hono";
import type { AlertRef } from "../../db/alerts.ts";
import { callObject } from "../../objects/integration/client.ts";
import type { Sharding, StatusChangeRequest, StatusChangeResult } from "../../objects/integration/rpc.ts";
import { objectName, partitionOfAlert, shardOf } from "../../objects/integration/shards/index.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { newId } from "../../lib/ids.ts";
import { Problem } from "../../lib/problem.ts";

/** What somebody wishes of an alert; `expectedVersion` null: whatever version it has. */
export interface Wish {
  alert: AlertRef;
  expectedVersion: number | null;
}

/** What became of a wish; `unavailable`: the object cannot be reached, or has too much to do. */
export type WishResult =
  | Exclude<StatusChangeResult, { kind: "elsewhere" }>
  | { id: string; kind: "unavailable"; detail: string };

/** So many objects are asked at a time: a Worker has no more connections to give. */
const WIDTH = 6;

/**
 * Moves alerts on. Gives a result for each, in their order, and whether Postgres has all that changed; if not, it is
 * durable and will get there.
 */
export async function changeAlerts(
  c: Context<AppEnv>,
  wishes: readonly Wish[],
  status: StatusChangeRequest["status"],
  note: string | null,
): Promise<{ results: WishResult[]; isFlushed: boolean }> {
  const groups = [...Map.groupBy(wishes, ({ alert }) => alert.integrationId)];
  const found = new Map<string, WishResult>();
  let isFlushed = true;
  let next = 0;
  const lane = async () => {
    for (let group = groups[next++]; group; group = groups[next++]) {
      const [integrationId, members] = group;
      const outcome = await changeGroup(c, integrationId, members, { status, note });
      isFlushed &&= outcome.isFlushed;
      for (const result of outcome.results) found.set(result.id, result);
    }
  };
  await Promise.all(Array.from({ length: WIDTH }, lane));
  return { results: wishes.map(({ alert: { id } }) => found.get(id) ?? { id, kind: "unknown" }), isFlushed };
}

type Change = Pick<StatusChangeRequest, "status" | "note">;

interface Group {
  results: (StatusChangeResult | WishResult)[];
  isFlushed: boolean;
  sharding?: Sharding | undefined;
}

/** Asks the integration's first object, and where several share the work those that it says are others'. */
async function changeGroup(
  c: Context<AppEnv>,
  integrationId: string,
  wishes: readonly Wish[],
  change: Change,
): Promise<{ results: WishResult[]; isFlushed: boolean }> {
  const first = await ask(c, integrationId, wishes, change);
  const { shards = 1 } = first.sharding ?? {};
  const isElsewhere = new Set(first.results.filter(({ kind }) => kind === "elsewhere").map(({ id }) => id));
  const others = Map.groupBy(
    wishes.filter(({ alert: { id } }) => isElsewhere.has(id)),
    ({ alert }) => objectName(integrationId, shardOf(partitionOfAlert(alert), shards)),
  );
  const groups = await Promise.all([...others].map(([name, own]) => ask(c, name, own, change)));
  const results = [
    ...first.results.filter(({ id }) => !isElsewhere.has(id)),
    ...groups.flatMap((group) => group.results),
  ];
  return {
    results: results.map((result) =>
      // Another one again: their number changes at this moment.
      result.kind === "elsewhere" ? { id: result.id, kind: "unavailable", detail: BUSY } : result,
    ),
    isFlushed: [first, ...groups].every((group) => group.isFlushed),
  };
}

const BUSY = "This integration cannot take changes for the moment.";

async function ask(c: Context<AppEnv>, object: string, wishes: readonly Wish[], change: Change): Promise<Group> {
  const wish: StatusChangeRequest = {
    ...change,
    id: newId(),
    alerts: wishes.map(({ alert: { id, alertKey }, expectedVersion }) => ({ id, alertKey, expectedVersion })),
    actor: c.get("principal").actor,
  };
  const all = (result: (id: string) => WishResult): Group => ({
    results: wishes.map(({ alert }) => result(alert.id)),
    isFlushed: true,
  });
  try {
    const reply = await callObject(c.env, object, (integration) => integration.changeStatus(wish));
    if (reply.kind === "decided") return reply;
    if (reply.kind === "unknown") return all((id) => ({ id, kind: "unknown" }));
    return all((id) => ({ id, kind: "unavailable", detail: BUSY }));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return all((id) => ({ id, kind: "unavailable", detail: error.message }));
  }
}
