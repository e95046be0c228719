import type { OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { registerListProviders } from "./list.ts";

export function registerProviders(app: OpenAPIHono<AppEnv>): void {
  registerListProviders(app);
}
