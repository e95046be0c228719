import type { OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../../../lib/app-env.ts";
import { registerGetAttempt } from "./get.ts";
import { registerListAttempts } from "./list.ts";

/** Registers the routes of attempts: the log of what was sent. */
export function registerAttempts(app: OpenAPIHono<AppEnv>): void {
  registerListAttempts(app);
  registerGetAttempt(app);
}
