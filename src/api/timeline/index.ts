import type { OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { registerListTimeline } from "./list.ts";
import { registerStreamTimeline } from "./stream.ts";

export function registerTimeline(app: OpenAPIHono<AppEnv>): void {
  registerListTimeline(app);
  registerStreamTimeline(app);
}
