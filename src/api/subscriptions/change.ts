/** What every change of a subscription goes through: who may, which version, Postgres, the object. */
import type { Context } from "hono";
import { connect } from "../../db/client.ts";
import { changeSubscription, findSubscription, type SubscriptionRow } from "../../db/subscriptions.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { Problem } from "../../lib/problem.ts";
import { callSubscription } from "../../objects/subscription/client.ts";
import { type AuditedAction, auditEvent } from "../audit.ts";
import { assertMatch, changedMeanwhile } from "../etag.ts";
import { assertTeamAccess, noSuch } from "../require-scope.ts";
import { toSubscription } from "./schema.ts";

/**
 * The subscription that a request is about.
 * @throws Problem when there is none within the caller's visibleTeams
 */
export async function subscriptionOf(c: Context<AppEnv>, id: string): Promise<SubscriptionRow> {
  const row = await findSubscription(connect(c.env), id);
  if (!row) throw noSuch("subscription");
  assertTeamAccess(c.get("visibleTeams"), row.teamId, c.get("principal"), "subscriptions:read", "subscription");
  return row;
}

/** As subscriptionOf, for a request that changes it. @throws Problem also when `If-Match` names another version */
export async function changeable(c: Context<AppEnv>, id: string): Promise<SubscriptionRow> {
  const row = await subscriptionOf(c, id);
  assertMatch(c, row.version);
  return row;
}

/**
 * Changes a subscription and tells its object.
 * @throws Problem `precondition-failed` when somebody else was faster
 */
export async function change(
  c: Context<AppEnv>,
  before: SubscriptionRow,
  changes: Partial<SubscriptionRow>,
  action: AuditedAction["action"],
): Promise<SubscriptionRow> {
  const after = { ...before, ...changes, version: before.version + 1, updatedAt: new Date() };
  const act = { action, targetType: "subscription", targetId: before.id, teamId: before.teamId } as const;
  const audit = auditEvent(c, { ...act, before: toSubscription(before), after: toSubscription(after) });
  const row = await changeSubscription(connect(c.env), before, changes, audit);
  if (!row) throw changedMeanwhile(before.version);
  await refresh(c.env, row.id);
  return row;
}

/** Tells the object that Postgres has other settings. One that cannot be reached finds out by itself, within a minute. */
export const refresh = (env: Env, id: string): Promise<void> =>
  callSubscription(env, id, (object) => object.refresh()).catch(() => undefined);

/**
 * @throws Problem `invalid-request` when nothing may be sent there: without TLS it could be read and changed on its way, a
 *   password would stand in rows and answers, and what came back to us would have no end
 */
export function assertReachable(c: Context<AppEnv>, url: string): void {
  const { protocol, username, password, host } = new URL(url);
  const isSecure = protocol === "https:" || (protocol === "http:" && c.env.INSECURE_SUBSCRIBERS === "yes");
  const fault = !isSecure
    ? "not https"
    : username || password
      ? "has a user or a password: who sends is proven by the signature"
      : host === new URL(c.req.url).host
        ? "is this Tocsin itself"
        : null;
  if (fault === null) return;
  throw new Problem("invalid-request", "Nothing can be sent to this URL.", {
    errors: [{ pointer: "/url", detail: fault }],
  });
}
