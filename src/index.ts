/** What the runtime calls. Wiring only. */
import { createApp } from "./app.ts";
import { expireDeliveries } from "./api/deliveries/retention.ts";
import { purgeAnswers } from "./api/idempotency.ts";
import { syncIntegrations } from "./api/integrations/sync.ts";
import { wakeSubscriptions } from "./api/subscriptions/wake.ts";
import { purgeSignIns } from "./api/session/purge.ts";

export { Integration } from "./integration/object.ts";
export { Subscription } from "./subscription/object.ts";

const app = createApp();

export default {
  fetch: app.fetch,
  async scheduled(controller, env) {
    await syncIntegrations(env, "unsynced");
    await wakeSubscriptions(env);
    await purgeAnswers(env, controller.scheduledTime);
    await purgeSignIns(env, controller.scheduledTime);
    await expireDeliveries(env, controller.scheduledTime);
  },
} satisfies ExportedHandler<Env>;
