import { globSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { api, type Service, startService } from "./service.ts";

/**
 * Ends the 24 h retry window of the oldest pending messages: stops the service, moves their deadlines in the object's storage into the
 * past, and starts it again at the same address. The object then tries them once more, and makes dead letters of those that fail.
 * Updates `service` in place.
 */
export async function aDayLater(service: Service, subscriptionId: string, messages: number): Promise<void> {
  await service.stop();
  for (const file of globSync("worker/**/*Subscription/*.sqlite", { cwd: service.stateDirectory })) {
    const store = new DatabaseSync(path.join(service.stateDirectory, file));
    try {
      if (isOf(store, subscriptionId)) age(store, messages);
    } finally {
      store.close();
    }
  }
  Object.assign(service, await startService({ PORT: new URL(service.url).port }, service.stateDirectory));
  // Wakes the object.
  await api(service, "PATCH", `/v1/subscriptions/${subscriptionId}`, { isEnabled: true });
  while ((await stateOf(service, subscriptionId)).deadLetters < messages)
    await new Promise((resolve) => setTimeout(resolve, 50));
}

/** The state of a subscription. */
export async function stateOf(service: Service, id: string) {
  type Detail = { state: { isCircuitOpen: boolean; pendingMessages: number; deadLetters: number } };
  return (await api<Detail>(service, "GET", `/v1/subscriptions/${id}`)).body.state;
}

/** Whether a store belongs to the object of this subscription. */
function isOf(store: DatabaseSync, subscriptionId: string): boolean {
  if (!store.prepare("SELECT 1 FROM sqlite_master WHERE name = 'meta'").get()) return false;
  const row = store.prepare("SELECT value FROM meta WHERE name = 'config'").get();
  return row !== undefined && (JSON.parse(String(row["value"])) as { id: string }).id === subscriptionId;
}

function age(store: DatabaseSync, messages: number): void {
  store
    .prepare(
      "UPDATE pending_messages SET deadline_at = 0, next_attempt_at = 0 WHERE seq IN (SELECT seq FROM pending_messages ORDER BY seq LIMIT ?)",
    )
    .run(messages);
  store.prepare("UPDATE meta SET value = '0' WHERE name = 'resumedAt'").run();
  store
    .prepare("UPDATE meta SET value = json_set(value, '$.probeAt', 0) WHERE name = 'circuit' AND value <> 'null'")
    .run();
}
