import { runInDurableObject } from "cloudflare:test";
import { expect, it } from "vitest";
import { DAY, HOUR, MINUTE } from "../../../src/lib/time.ts";
import { Purge } from "../../../src/objects/integration/purge.ts";
import { Store } from "../../../src/objects/integration/store/index.ts";
import { createIntegration, deliver, flushed, objectOf } from "../../support/worker.ts";

it("A purge deletes alerts that ended long ago, and keeps the others", async () => {
  const integration = await createIntegration();
  for (const body of [
    { id: "old", title: "x" },
    { id: "old", title: "x", status: "resolved" },
    { id: "new", title: "y" },
  ]) {
    await deliver(integration, body);
  }
  await flushed(integration);
  await runInDurableObject(objectOf(integration), (_, { storage }) => {
    const store = new Store(storage);
    const keys = () => storage.sql.exec<{ alert_key: string }>("SELECT alert_key FROM alerts").toArray();
    const purge = () => store.atomically(() => new Purge(store).runIfDue(Date.now() + DAY + MINUTE));
    purge();
    expect(keys()).toEqual([{ alert_key: "new" }]);
    // The next one is an hour later, also when the object was loaded again.
    storage.sql.exec("UPDATE alerts SET status = 'CLOSED', changed_at = 1");
    purge();
    expect(keys()).toHaveLength(1);
    store.meta.purgedAt -= HOUR;
    purge();
    expect(keys()).toEqual([]);
  });
});
