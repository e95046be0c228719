/** Notifies those who send or show alerts that other alerts are muted: the Feeds and the subscriptions concerned. */
import pLimit from "p-limit";
import { callFeeds } from "../../objects/feed/client.ts";
import { callSubscription } from "../../objects/subscription/client.ts";

const MAX_CONCURRENT = 20;

/**
 * Call it after the change in Postgres and before the answer. Never rejects: Postgres has the change. A subscription that could not be
 * reached asks Postgres again before it sends an alert that it read more than a second ago, and when the mute should have ended.
 * @param teamId whose alerts; null: those of all teams
 */
export async function notifyMuting(env: Env, teamId: string | null, subscriptionIds: readonly string[]): Promise<void> {
  // The failed calls have been logged.
  await Promise.allSettled([
    callFeeds(env, (object) => object.mutingChanged(teamId)),
    pLimit(MAX_CONCURRENT).map(subscriptionIds, (id) =>
      callSubscription(env, id, (object) => object.mutingChanged()).catch(() => undefined),
    ),
  ]);
}
