/** The entry points that the runtime calls. Wiring only. */
import { createApp } from "./app.ts";
import { runDaily } from "./cron.ts";
import { receiveEmail } from "./ingest/email.ts";

export { Feed } from "./objects/feed/object.ts";
export { Integration } from "./ingest/integration-object.ts";
export { Subscription } from "./objects/subscription/object.ts";
export { Writer } from "./objects/writer/object.ts";

const app = createApp();

export default {
  fetch: app.fetch,
  email: (message, env, context) => receiveEmail(message, env, context),
  scheduled: (controller, env) => runDaily(env, controller.scheduledTime),
} satisfies ExportedHandler<Env>;
