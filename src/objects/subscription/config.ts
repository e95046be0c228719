/** The config of a subscription: the part of its row in Postgres that its object, and the API for a test message, need. */
import type { AlertStatus, EntryType, Severity } from "../../alerts/model.ts";
import { secretsOf } from "../../db/encrypted-secrets.ts";
import type { SubscriptionRow } from "../../db/subscriptions.ts";
import type { VisibleTeams } from "../../lib/principal.ts";
import type { EncryptedSecret } from "../../lib/secret-box.ts";

/** Which timeline entries are sent. A condition that is missing matches everything. */
export interface SubscriptionFilter {
  status?: AlertStatus[] | undefined;
  severity?: Severity[] | undefined;
  type?: EntryType[] | undefined;
  integrationId?: string | undefined;
  labels?: Record<string, string> | undefined;
}

export interface SubscriptionConfig {
  id: string;
  /** Null: alerts of all teams. */
  teamId: string | null;
  url: string;
  filter: SubscriptionFilter;
  isEnabled: boolean;
  /** Whether its endpoint ended it by answering 410. */
  hasEnded: boolean;
  /** Cursor of the timeline, as text. */
  startedAfter: string;
  /** The current secret, and the previous one during the overlap. */
  secrets: EncryptedSecret[];
}

/** Reads the config from a row. */
export function toConfig(row: SubscriptionRow): SubscriptionConfig {
  const { id, teamId, url, isEnabled, startedAfter } = row;
  return {
    id,
    teamId,
    url,
    isEnabled,
    startedAfter,
    hasEnded: row.endedAt !== null,
    filter: row.filter as SubscriptionFilter,
    secrets: secretsOf(row),
  };
}

/** The teams whose alerts a subscription sends. */
export const visibleTeamsOfSubscription = ({ teamId }: Pick<SubscriptionConfig, "teamId">): VisibleTeams =>
  teamId === null ? "all" : [teamId];
