/** What the runtime calls. Wiring only. */
import { createApp } from "./app.ts";
import { syncIntegrations } from "./api/integrations/sync.ts";

export { Integration } from "./integration/object.ts";

const app = createApp();

export default {
  fetch: app.fetch,
  async scheduled(_controller, env) {
    await syncIntegrations(env, "unsynced");
  },
} satisfies ExportedHandler<Env>;
