import type { OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { registerCountSilencedAlerts } from "./counts.ts";
import { registerCreateSilence } from "./create.ts";
import { registerExpireSilence } from "./expire.ts";
import { registerGetSilence } from "./get.ts";
import { registerListSilences } from "./list.ts";
import { registerUpdateSilence } from "./patch.ts";
import { registerPreviewSilence } from "./preview.ts";

/** Registers the routes of silences, which mute alerts. Their scopes are those of alerts. */
export function registerSilences(app: OpenAPIHono<AppEnv>): void {
  registerCreateSilence(app);
  registerListSilences(app);
  registerPreviewSilence(app);
  registerCountSilencedAlerts(app);
  registerGetSilence(app);
  registerUpdateSilence(app);
  registerExpireSilence(app);
}
