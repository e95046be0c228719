/** The config of a subscription: the part of its row in Postgres that its object, and the API for a test message, need. */
import type { AlertStatus, EntryType, Severity } from "../../alerts/model.ts";
import { encryptedCredentials, secretsOf } from "../../db/encrypted-secrets.ts";
import type { SubscriptionRow } from "../../db/subscriptions.ts";
import type { VisibleTeams } from "../../lib/principal.ts";
import type { EncryptedSecret, EncryptedText } from "../../lib/secret-box.ts";
import type { PresetName } from "./presets/index.ts";

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
  /** Null: messages are Standard Webhooks. */
  preset: PresetName | null;
  /** JSONata that makes the body; null: the body of the preset, or the message itself. */
  expression: string | null;
  /** The custom headers and the key of the preset; null: there are none. See credentials.ts. */
  credentials: EncryptedText | null;
}

/** Where messages go, and in which form. */
export type Target = Pick<SubscriptionConfig, "url" | "preset" | "credentials">;

export const targetOf = ({ url, preset, credentials }: Target): Target => ({ url, preset, credentials });

/** Reads the config from a row. */
export function toConfig(row: SubscriptionRow): SubscriptionConfig {
  const { id, teamId, url, isEnabled, startedAfter, expression } = row;
  return {
    id,
    teamId,
    url,
    isEnabled,
    startedAfter,
    hasEnded: row.endedAt !== null,
    filter: row.filter as SubscriptionFilter,
    secrets: secretsOf(row),
    preset: row.preset as PresetName | null,
    expression,
    credentials: encryptedCredentials(row),
  };
}

/** The teams whose alerts a subscription sends. */
export const visibleTeamsOfSubscription = ({ teamId }: Pick<SubscriptionConfig, "teamId">): VisibleTeams =>
  teamId === null ? "all" : [teamId];
