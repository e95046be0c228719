/** Shared by the operations on one subscription: authorization, `If-Match`, the write to Postgres, the object's config. */
import type { Context } from "hono";
import { connect } from "../../db/client.ts";
import { isUniqueError } from "../../db/errors.ts";
import {
  changeSubscription,
  countSubscriptions,
  findSubscription,
  type SubscriptionRow,
} from "../../db/subscriptions.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { Problem } from "../../lib/problem.ts";
import { callSubscription } from "../../objects/subscription/client.ts";
import { endpointFault, endpointRules } from "../../objects/subscription/endpoint-url.ts";
import { auditEvent } from "../audit.ts";
import { assertMatch, changedMeanwhile } from "../etag.ts";
import { nameTaken } from "../external-name.ts";
import { database } from "../request-scope.ts";
import { assertTeamAccess, noSuch } from "../require-scope.ts";
import { toSubscription } from "./schema.ts";

/**
 * Loads the subscription that a request names.
 * @throws Problem `not-found`, or `forbidden` when the caller can only read it
 */
export async function loadSubscription(c: Context<AppEnv>, id: string): Promise<SubscriptionRow> {
  const row = await findSubscription(database(c), id);
  if (!row) throw noSuch("subscription");
  assertTeamAccess(c.get("visibleTeams"), row.teamId, c.get("principal"), "subscriptions:read", "subscription");
  return row;
}

/**
 * Loads the subscription that a request changes.
 * @throws Problem as `loadSubscription`, and `precondition-failed` when `If-Match` names another version
 */
export async function loadForUpdate(c: Context<AppEnv>, id: string): Promise<SubscriptionRow> {
  const row = await loadSubscription(c, id);
  assertMatch(c, row.version);
  return row;
}

/**
 * Writes a change to Postgres, with its audit event, and notifies the object.
 * @param before the row that the change is based on
 * @param action the audit event's action
 * @throws Problem `precondition-failed` when another request changed the row first
 */
export async function updateSubscription(
  c: Context<AppEnv>,
  before: SubscriptionRow,
  changes: Partial<SubscriptionRow>,
  action: string,
): Promise<SubscriptionRow> {
  const after = { ...before, ...changes, version: before.version + 1, updatedAt: new Date() };
  const event = auditEvent(c, {
    action,
    targetType: "subscription",
    targetId: before.id,
    teamId: before.teamId,
    before: toSubscription(before),
    after: toSubscription(after),
  });
  const row = await changeSubscription(connect(c.env), before, changes, event).catch((error: unknown) => {
    throw isUniqueError(error) ? nameTaken() : error;
  });
  if (!row) throw changedMeanwhile(before.version);
  await refreshObject(c.env, row.id);
  return row;
}

/** Makes the object load its config again. An object that cannot be reached does so within a minute. */
export async function refreshObject(env: Env, id: string): Promise<void> {
  await callSubscription(env, id, (object) => object.refresh()).catch(() => undefined);
}

/**
 * Requires that messages may be sent to a URL. A message to this deployment could cause endless further messages.
 * @throws Problem `invalid-request`
 */
export function assertAllowedUrl(c: Context<AppEnv>, url: string): void {
  const isOwn = URL.parse(url)?.host === new URL(c.req.url).host;
  const detail = endpointFault(url, endpointRules(c.env)) ?? (isOwn ? "leads to this deployment" : null);
  if (detail === null) return;
  throw new Problem("invalid-request", "Endpoint URL not allowed. Use a public https URL of another system.", {
    errors: [{ pointer: "/url", detail }],
  });
}

/** Subscriptions of a team, or to the alerts of all teams. */
const MAX_OF_TEAM = 50;
/** Of these, subscriptions to one endpoint: each sends it every message that matches. */
const MAX_TO_URL = 5;

/**
 * Requires that a team may have another subscription to a URL.
 * @param exceptId the subscription that gets the URL, if it exists already
 * @throws Problem `conflict`
 */
export async function assertRoom(
  c: Context<AppEnv>,
  teamId: string | null,
  url: string,
  exceptId: string | null,
): Promise<void> {
  const { ofTeam, toUrl } = await countSubscriptions(connect(c.env), teamId, url, exceptId);
  const owner = teamId === null ? "all teams" : "this team";
  if (ofTeam >= MAX_OF_TEAM)
    throw new Problem("conflict", `There are ${MAX_OF_TEAM} subscriptions of ${owner}. Delete one first.`);
  if (toUrl >= MAX_TO_URL)
    throw new Problem("conflict", `There are ${MAX_TO_URL} subscriptions of ${owner} to this URL. Change one instead.`);
}
