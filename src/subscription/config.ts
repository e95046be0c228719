import { secretsOf } from "../db/sealed-secrets.ts";
import type { SubscriptionRow } from "../db/subscriptions.ts";
import type { Reach } from "../lib/principal.ts";
import type { SubscriptionConfig, SubscriptionFilter } from "./messages.ts";

/** A subscription's row as its object, and whoever sends for it, knows it. */
export function toConfig(row: SubscriptionRow): SubscriptionConfig {
  const { id, teamId, url, isEnabled, startedAfter } = row;
  return {
    id,
    teamId,
    url,
    isEnabled,
    startedAfter,
    filter: row.filter as SubscriptionFilter,
    secrets: secretsOf(row),
  };
}

/** Of whose alerts it tells. */
export const reachOfSubscription = ({ teamId }: Pick<SubscriptionConfig, "teamId">): Reach =>
  teamId === null ? "everywhere" : [teamId];
