import type { SubscriptionRow } from "../db/subscriptions.ts";
import type { Reach } from "../lib/principal.ts";
import type { SubscriptionConfig, SubscriptionFilter } from "./messages.ts";

/** A subscription's row as its object, and whoever sends for it, knows it. */
export function toConfig(row: SubscriptionRow): SubscriptionConfig {
  const { id, teamId, url, isEnabled, startedAfter } = row;
  const { previousSecretKeyId, previousSecretCiphertext, previousSecretExpiresAt } = row;
  const previous =
    previousSecretKeyId === null || previousSecretCiphertext === null || previousSecretExpiresAt === null
      ? []
      : [
          {
            keyId: previousSecretKeyId,
            ciphertext: previousSecretCiphertext,
            expiresAt: previousSecretExpiresAt.getTime(),
          },
        ];
  return {
    id,
    teamId,
    url,
    isEnabled,
    startedAfter,
    filter: row.filter as SubscriptionFilter,
    secrets: [{ keyId: row.secretKeyId, ciphertext: row.secretCiphertext, expiresAt: null }, ...previous],
  };
}

/** Of whose alerts it tells. */
export const reachOfSubscription = ({ teamId }: Pick<SubscriptionConfig, "teamId">): Reach =>
  teamId === null ? "everywhere" : [teamId];
