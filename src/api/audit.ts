import type { Context } from "hono";
import type { NewAuditEvent } from "../db/audit-events.ts";
import type { AppEnv } from "../lib/app-env.ts";
import { newId } from "../lib/ids.ts";

/** What was done, to what. `before` and `after` hold no secret: they are what the API shows. */
export interface Act {
  action: string;
  targetType:
    | "alert"
    | "api-key"
    | "delivery"
    | "integration"
    | "session"
    | "subscription"
    | "team"
    | "team-member"
    | "user";
  targetId: string;
  teamId: string | null;
  before?: unknown;
  after?: unknown;
}

/** An administrative act as it is recorded: with who did it, and from where. */
export const auditEvent = (c: Context<AppEnv>, { before = null, after = null, ...act }: Act): NewAuditEvent => ({
  ...act,
  before,
  after,
  id: newId(),
  actor: c.get("principal").actor,
  ipAddress: c.req.header("cf-connecting-ip") ?? null,
  requestId: c.get("requestId"),
  createdAt: new Date(),
});
