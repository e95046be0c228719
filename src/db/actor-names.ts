/** Alerts and timeline entries with the current names of people and API keys, which may have been renamed since. */
import { getTableColumns, type SQL, sql } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import { alerts, alertTimeline } from "./schema.ts";

/** The current name of a stored actor. The name at the time, for deleted users and keys, and for people at a source. */
const currentName = (actor: PgColumn, nameAtTheTime: PgColumn): SQL<string | null> => sql`coalesce(
  case
    when ${actor} like 'user:%' then (select person.name from users as person where person.id = substr(${actor}, 6)::uuid)
    when ${actor} like 'api:%' and ${actor} <> 'api:root'
      then (select api_key.name from api_keys as api_key where api_key.id = substr(${actor}, 5)::uuid)
  end,
  ${nameAtTheTime})`;

/** The current name of who acknowledged an alert. */
export const acknowledgedByName = currentName(alerts.acknowledgedBy, alerts.acknowledgedByName);

// Only indexes need the hour.
const { lastSeenHour: _, ...stored } = getTableColumns(alerts);

export type AlertRow = Omit<typeof alerts.$inferSelect, "lastSeenHour">;

/** The columns of an alert for `select`. */
export const alertColumns = {
  ...stored,
  acknowledgedByName,
};

/** The columns of a timeline entry for `select`. */
export const entryColumns = {
  ...getTableColumns(alertTimeline),
  actorName: currentName(alertTimeline.actor, alertTimeline.actorName),
};
