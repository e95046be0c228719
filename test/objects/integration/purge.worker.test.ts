import { runInDurableObject } from "cloudflare:test";
import { expect, it } from "vitest";
import { createIntegration, deliver, flushed, objectOf } from "../../support/worker.ts";

it("A purge deletes expired dedup keys and alerts that ended long ago, and keeps the others", async () => {
  const integration = await createIntegration();
  for (const body of [
    { id: "old", title: "x" },
    { id: "old", title: "x", status: "resolved" },
    { id: "new", title: "y" },
  ]) {
    await deliver(integration, body);
  }
  await flushed(integration);
  const left = await runInDurableObject(objectOf(integration), async (instance, { storage }) => {
    storage.sql.exec(
      "UPDATE dedup_keys SET expires_at = 1 WHERE delivery_id <> (SELECT max(delivery_id) FROM dedup_keys)",
    );
    storage.sql.exec("UPDATE alerts SET changed_at = 1");
    await instance.alarm();
    return [
      storage.sql.exec("SELECT 1 FROM dedup_keys").toArray().length,
      storage.sql.exec("SELECT alert_key FROM alerts").toArray(),
      await storage.getAlarm(),
    ];
  });
  expect(left).toEqual([1, [{ alert_key: "new" }], expect.any(Number)]);
});
