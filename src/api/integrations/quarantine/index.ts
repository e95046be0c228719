import type { OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../../../lib/app-env.ts";
import { registerDiscardQuarantinedRow } from "./discard.ts";
import { registerGetQuarantinedRow } from "./get.ts";
import { registerListQuarantine } from "./list.ts";
import { registerRetryQuarantine } from "./retry.ts";

export function registerQuarantine(app: OpenAPIHono<AppEnv>): void {
  registerListQuarantine(app);
  registerGetQuarantinedRow(app);
  registerRetryQuarantine(app);
  registerDiscardQuarantinedRow(app);
}
