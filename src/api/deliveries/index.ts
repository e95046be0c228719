import type { OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { registerGetDelivery } from "./get.ts";
import { registerListDeliveries } from "./list.ts";
import { registerGetDeliveryPayload } from "./payload.ts";

export function registerDeliveries(app: OpenAPIHono<AppEnv>): void {
  registerListDeliveries(app);
  registerGetDelivery(app);
  registerGetDeliveryPayload(app);
}
