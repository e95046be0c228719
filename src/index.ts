/** The entry points that the runtime calls. Wiring only. */
import { createApp } from "./app.ts";
import { runCron } from "./cron.ts";

export { Integration } from "./objects/integration/object.ts";
export { Subscription } from "./objects/subscription/object.ts";

const app = createApp();

export default {
  fetch: app.fetch,
  scheduled: (controller, env) => runCron(env, controller.scheduledTime),
} satisfies ExportedHandler<Env>;
