import { secretsOf } from "../../db/encrypted-secrets.ts";
import type { SubscriptionRow } from "../../db/subscriptions.ts";
import type { VisibleTeams } from "../../lib/principal.ts";
import type { SubscriptionConfig, SubscriptionFilter } from "./rpc.ts";

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
export const visibleTeamsOfSubscription = ({ teamId }: Pick<SubscriptionConfig, "teamId">): VisibleTeams =>
  teamId === null ? "all" : [teamId];
