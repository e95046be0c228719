import type { OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../../../lib/app-env.ts";
import { registerDiscardSetAside } from "./discard.ts";
import { registerGetSetAside } from "./get.ts";
import { registerListSetAside } from "./list.ts";
import { registerRetrySetAside } from "./retry.ts";

export function registerSetAside(app: OpenAPIHono<AppEnv>): void {
  registerListSetAside(app);
  registerGetSetAside(app);
  registerRetrySetAside(app);
  registerDiscardSetAside(app);
}
