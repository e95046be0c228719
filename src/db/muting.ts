/**
 * Whether alerts are muted now, as SQL: one function of the database (src/db/schema/muting.ts) for lists, counts, the timeline, the Feed
 * and subscriptions.
 */
import { and, inArray, type SQL, sql } from "drizzle-orm";
import type { Matcher } from "../alerts/matchers.ts";
import { alertColumns, type AlertRow } from "./actor-names.ts";
import type { Database } from "./client.ts";
import { alerts, silences } from "./schema.ts";

/** How an alert is muted, as `alert_mute` returns it. */
export interface StoredMute {
  /** ISO 8601. When the first of the snooze and the matching silences ends. */
  until: string;
  /** The ids of the active silences that match. */
  silencedBy: string[];
}

/** The active silences, computed once in a statement; null: there are none. */
const ACTIVE: SQL = sql`(select active_silences(now()))`;

const { snoozedUntil, teamId, integrationId, alertKey, severity, metadata } = alerts;

/** @param snooze the end of a snooze; null: none */
const alertMute = (active: SQL, snooze: SQL): SQL =>
  sql`alert_mute(${active}, now(), ${snooze}, ${teamId}, ${integrationId}, ${alertKey}, ${severity}, ${metadata})`;

/** How an alert is muted; null: it is not. The function is not called where nothing can mute an alert. */
const CAN_BE_MUTED: SQL = sql`(${snoozedUntil} is not null or ${ACTIVE} is not null)`;
const MUTE: SQL = alertMute(ACTIVE, sql`${snoozedUntil}`);
const mute = sql<StoredMute | null>`case when ${CAN_BE_MUTED} then ${MUTE} end`;

/**
 * Alerts that are muted, or that are not; undefined: all alerts. A condition without `is null` at its top: the planner would expect
 * hardly any row, and not read the rows in the order of the list.
 */
export const mutedIs = (muted: boolean | undefined): SQL | undefined => {
  if (muted === undefined) return undefined;
  return muted
    ? sql`case when ${CAN_BE_MUTED} then ${MUTE} is not null else false end`
    : sql`case when ${CAN_BE_MUTED} then ${MUTE} is null else true end`;
};

/** Alerts of any team that match all matchers. */
export const isMatch = (matchers: readonly Matcher[]): SQL => {
  const silence = JSON.stringify({ id: "", teamId: null, endsAt: "infinity", matchers });
  return sql`${alertMute(sql`array[${silence}::jsonb]`, sql`null`)} is not null`;
};

/** Alerts that a stored silence matches, whatever its state is. */
export const isMatchOf = (silenceId: string): SQL => {
  const stored = sql`(select array(
    select jsonb_build_object('id', ${silences.id}, 'teamId', ${silences.teamId}, 'endsAt', 'infinity', 'matchers', ${silences.matchers})
    from ${silences} where ${silences.id} = ${silenceId}::uuid))`;
  return sql`${alertMute(stored, sql`null`)} is not null`;
};

/** The columns of an alert as it is shown. */
export const SHOWN_ALERT = { ...alertColumns, mute: mute.as("mute") };

/** The ids of the active silences that match an alert, as a JSON array; null: it is not muted. */
export const SILENCED_BY: SQL = sql`(${mute} -> 'silencedBy')`;

/** An alert as it is shown. */
export type ShownAlert = AlertRow & { mute: StoredMute | null };

/** Finds how these alerts are muted. Those that are not muted are missing. */
export async function findMutes(db: Database, ids: readonly string[]): Promise<Map<string, StoredMute>> {
  const rows = await db
    .select({ id: alerts.id, mute })
    .from(alerts)
    .where(and(inArray(alerts.id, [...ids]), mutedIs(true)));
  return new Map(rows.flatMap((row) => (row.mute ? [[row.id, row.mute]] : [])));
}

/** When a silence or a snooze starts or ends next, in Unix ms; null: never. */
export async function nextMutingChange(db: Database): Promise<number | null> {
  const { rows } = await db.execute<{ at: string | null }>(sql`select to_jsonb(least(
    (select min(${silences.startsAt}) from ${silences} where ${silences.startsAt} > now()),
    (select min(${silences.endsAt}) from ${silences} where ${silences.endsAt} > now()),
    (select min(${snoozedUntil}) from ${alerts} where ${snoozedUntil} > now()))) #>> '{}' as at`);
  const at = rows[0]?.at ?? null;
  return at === null ? null : Date.parse(at);
}
