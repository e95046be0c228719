import type { OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { registerListLabels } from "./list.ts";
import { registerListLabelValues } from "./list-values.ts";

export function registerLabels(app: OpenAPIHono<AppEnv>): void {
  registerListLabels(app);
  registerListLabelValues(app);
}
