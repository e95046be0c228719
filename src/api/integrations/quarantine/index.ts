import type { OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../../../lib/app-env.ts";
import { registerDiscardQuarantinedRow } from "./discard.ts";
import { registerGetQuarantinedRow } from "./get.ts";
import { registerListQuarantinedRows } from "./list.ts";
import { registerRetryQuarantinedRows } from "./retry.ts";

export function registerQuarantine(app: OpenAPIHono<AppEnv>): void {
  registerListQuarantinedRows(app);
  registerGetQuarantinedRow(app);
  registerRetryQuarantinedRows(app);
  registerDiscardQuarantinedRow(app);
}
