import type { OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { registerExportDeliveries } from "./export.ts";
import { registerGetDelivery } from "./get.ts";
import { registerListDeliveries } from "./list.ts";
import { registerGetDeliveryPayload } from "./payload.ts";
import { registerListDeliveryReasons } from "./reasons.ts";
import { registerPreviewReplay } from "./preview-replay.ts";
import { registerReplayDeliveries } from "./replay-many.ts";
import { registerReplayDelivery } from "./replay-one.ts";

export function registerDeliveries(app: OpenAPIHono<AppEnv>): void {
  registerListDeliveries(app);
  registerListDeliveryReasons(app);
  registerExportDeliveries(app);
  registerGetDelivery(app);
  registerGetDeliveryPayload(app);
  registerReplayDelivery(app);
  registerReplayDeliveries(app);
  registerPreviewReplay(app);
}
