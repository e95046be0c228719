import { globSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { api, type Service, startService } from "./service.ts";

/**
 * Lets the patience with a subscriber end for what has waited for longest. Nobody can wait a day for that, so the service is
 * stopped, the deadlines that its object keeps are moved into the past, and it is started again, where it was. The rest is
 * its own work: it tries once more, and gives up what fails. `service` goes on standing for it.
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
  // It hears that there may be something to do.
  await api(service, "PATCH", `/v1/subscriptions/${subscriptionId}`, { isEnabled: true });
  while ((await stateOf(service, subscriptionId)).deadLetters < messages)
    await new Promise((resolve) => setTimeout(resolve, 50));
}

/** The state of a subscription. */
export async function stateOf(service: Service, id: string) {
  type Detail = { state: { isCircuitOpen: boolean; pendingMessages: number; deadLetters: number } };
  return (await api<Detail>(service, "GET", `/v1/subscriptions/${id}`)).body.state;
}

/** Whether a store is that of this subscription's object, and not of nobody's. */
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
