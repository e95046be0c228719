import type { Context } from "hono";
import type { NewAuditEvent } from "../db/audit-events.ts";
import type { AppEnv } from "../lib/app-env.ts";
import { newId } from "../lib/ids.ts";

/** An administrative action. `before` and `after` are API representations and contain no secrets. */
export interface AuditedAction {
  action: string;
  targetType:
    | "alert"
    | "api-key"
    | "delivery"
    | "integration"
    | "session"
    | "silence"
    | "subscription"
    | "team"
    | "team-member"
    | "user";
  targetId: string;
  teamId: string | null;
  before?: unknown;
  after?: unknown;
}

/** Makes the audit event of an action by the caller of a request. */
export const auditEvent = (
  c: Context<AppEnv>,
  { before = null, after = null, ...action }: AuditedAction,
): NewAuditEvent & { createdAt: Date } => ({
  ...action,
  before,
  after,
  id: newId(),
  actor: c.get("principal").actor,
  ipAddress: c.req.header("cf-connecting-ip") ?? null,
  requestId: c.get("requestId"),
  createdAt: new Date(),
});
