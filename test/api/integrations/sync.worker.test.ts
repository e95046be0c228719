import { createScheduledController, evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { connect } from "../../../src/db/client.ts";
import { integrations } from "../../../src/db/schema.ts";
import worker from "../../../src/index.ts";
import { api, createIntegration, objectOf } from "../../support/worker.ts";

describe("syncIntegrations", () => {
  it("sends an integration that was inserted by SQL to its object, from the cron", async () => {
    await createIntegration();
    const { id: _, ...template } = (await connect(env).select().from(integrations).limit(1))[0]!;
    const inserted = { ...template, id: crypto.randomUUID(), name: "by hand", syncedVersion: 0 };
    await connect(env).insert(integrations).values(inserted);
    expect(await objectOf(inserted).config()).toBeNull();
    await worker.scheduled(createScheduledController(), env);
    expect((await objectOf(inserted).config())?.name).toBe("by hand");
    const [row] = await connect(env).select().from(integrations).where(eq(integrations.id, inserted.id));
    expect(row?.syncedVersion).toBe(row?.version);
  });

  it("sends the config to an object that lost its storage, from POST /v1/integrations/sync", async () => {
    const integration = await createIntegration();
    await runInDurableObject(objectOf(integration), async (_, state) => {
      await state.storage.deleteAll();
    });
    await evictDurableObject(objectOf(integration));
    expect(await objectOf(integration).config()).toBeNull();
    expect((await api("POST", "/v1/integrations/sync")).status).toBe(200);
    expect((await objectOf(integration).config())?.id).toBe(integration.id);
  });
});
