/**
 * The SQL statement that writes the chunks of many integrations. Names and types of columns come from rows.ts.
 *
 * Parameters: `$1` is the JSON array `[{ integration_id, bodies_at, entries }, …]`, one element a chunk, and `$2` the base64 of
 * all bodies one after another. `bodies_at` is where the bodies of a chunk begin.
 */
import {
  ALERT_COLUMNS,
  type BODY_COLUMNS,
  columnLists,
  CONTENT_COLUMNS,
  DECISION_COLUMNS,
  FIXED_ALERT_COLUMNS,
  REQUEST_COLUMNS,
  SEEN_COLUMNS,
  TIMELINE_COLUMNS,
} from "./rows.ts";
import { alerts, alertTimeline, webhookDeliveries } from "./schema.ts";

const DELIVERY = columnLists(webhookDeliveries, [...DECISION_COLUMNS, ...REQUEST_COLUMNS]);
const ALERT = columnLists(alerts, ALERT_COLUMNS);
/** A duplicate in the same batch moves the last-seen time of the alert. */
const ALERT_VALUES = ALERT.select.replace("row.last_seen_at", "greatest(row.last_seen_at, seen.last_seen_at)");
const CONTENT = { insert: CONTENT_COLUMNS.map(({ name }) => name), select: CONTENT_COLUMNS.map(({ value }) => value) };
const SEEN = columnLists(alerts, SEEN_COLUMNS);
const TIMELINE = columnLists(alertTimeline, TIMELINE_COLUMNS);

/** Postgres keeps the text of a `json` value unchanged. The other column is null. */
const BODY = {
  raw_payload: "case when body.kind = 'json' then convert_from(stored.bytes, 'UTF8')::json end",
  raw_body: "case when body.kind = 'bytes' then stored.bytes end",
} satisfies Record<(typeof BODY_COLUMNS)[number], string>;

/** A row that is older than the one in Postgres changes only the last-seen time, and that only forward. */
const ALERT_UPDATES = [...ALERT_COLUMNS, ...CONTENT.insert]
  .filter((name) => !FIXED_ALERT_COLUMNS.has(name))
  .map((name) =>
    name === "last_seen_at"
      ? "last_seen_at = greatest(alerts.last_seen_at, excluded.last_seen_at)"
      : `${name} = case when alerts.version < excluded.version then excluded.${name} else alerts.${name} end`,
  );

/** Inserts each delivery once. `offset 0` keeps Postgres from cutting the body out once for each column. */
export const INSERT_DELIVERIES = `
  insert into webhook_deliveries (team_id, ${DELIVERY.insert}, ${Object.keys(BODY).join(", ")})
  select entries.team_id, ${DELIVERY.select}, ${Object.values(BODY).join(", ")}
  from entries, json_to_record(entries.delivery) as row(${DELIVERY.record}),
    json_to_record(entries.body) as body(at integer, bytes integer, kind text),
    lateral (select substring((select decode($2, 'base64')) from entries.bodies_at + body.at + 1 for body.bytes) as bytes
      offset 0) as stored
  where entries.delivery is not null
  on conflict (id) do nothing`;

/** The newest version of each alert. */
export const NEWEST_ALERTS = `
  select distinct on (row.id) entries.team_id, row.*
  from entries, json_to_recordset(entries.alerts) as row(${ALERT.record}, content json)
  where entries.alerts is not null
  order by row.id, row.version desc`;

/** Inserts alerts, or updates those with a lower version. In the order of ids, so that two transactions cannot deadlock. */
export const UPSERT_ALERTS = `
  insert into alerts (team_id, ${ALERT.insert}, ${CONTENT.insert.join(", ")})
  select row.team_id, ${ALERT_VALUES}, ${CONTENT.select.join(", ")}
  from newest_alerts as row left join seen on seen.id = row.id
  order by row.id
  on conflict (id) do update set ${ALERT_UPDATES.join(", ")},
    updated_at = case when alerts.version < excluded.version then now() else alerts.updated_at end
  where alerts.version < excluded.version or alerts.last_seen_at < excluded.last_seen_at`;

/** The last-seen times of the alerts that duplicates repeat. */
const LAST_SEEN = `
  select row.id, max(row.last_seen_at) as last_seen_at
  from entries, json_to_recordset(entries.seen) as row(${SEEN.record})
  where entries.seen is not null
  group by row.id`;

/**
 * The last-seen times of alerts that the batch does not upsert anyway. Apart from the update, where Postgres expects one row and
 * would compare each with each.
 */
const SEEN_ONLY = `
  select * from seen where not exists (select from newest_alerts where newest_alerts.id = seen.id)`;

/**
 * Moves last-seen times forward. It is no change of the alert: version and timeline stay. The array makes Postgres use the primary
 * key, and the object makes it look each time up, whatever number of rows it expects: a join would compare each with each.
 */
const UPDATE_LAST_SEEN = `
  update alerts set last_seen_at = (by_id.times ->> alerts.id::text)::timestamptz
  from (select jsonb_object_agg(id, last_seen_at) as times from seen_only) as by_id
  where alerts.id = any (array(select id from seen_only))
    and alerts.last_seen_at < (by_id.times ->> alerts.id::text)::timestamptz`;

/** Inserts each timeline entry once. */
export const INSERT_TIMELINE = `
  insert into alert_timeline (${TIMELINE.insert})
  select ${TIMELINE.select}
  from entries, json_to_recordset(entries.timeline) as row(${TIMELINE.record})
  where entries.timeline is not null
  on conflict (id) do nothing`;

/** The integrations with new timeline entries, and their teams. */
const CHANGED = `
  select distinct integration_id, team_id from entries where timeline is not null`;

/** The subscriptions whose filter may match new timeline entries. */
const CONCERNED_SUBSCRIPTIONS = `
  select json_agg(json_build_object('id', id, 'teamId', team_id)) from subscriptions
  where is_enabled and exists (select from changed)
    and (team_id is null or team_id in (select team_id from changed))`;

/**
 * Writes all chunks, or fails. It skips the chunks of integrations that Postgres does not have. Rows get the team that their
 * integration has in Postgres; the lock excludes a concurrent move to another team. One row: WriteResultRow.
 */
export const WRITE_CHUNKS = `
with chunks as materialized (
  select * from json_to_recordset($1::json) as chunk(integration_id uuid, bodies_at integer, entries json)
), known as materialized (
  select id, team_id from integrations where id = any (array(select integration_id from chunks)) order by id for share
), entries as materialized (
  select known.id as integration_id, known.team_id, chunks.bodies_at, entry.*
  from chunks join known on known.id = chunks.integration_id,
    json_to_recordset(chunks.entries) as entry(delivery json, body json, alerts json, timeline json, seen json)
), newest_alerts as materialized (${NEWEST_ALERTS}
), seen as materialized (${LAST_SEEN}
), seen_only as materialized (${SEEN_ONLY}
), inserted_deliveries as (${INSERT_DELIVERIES}
), upserted_alerts as (${UPSERT_ALERTS}
), updated_alerts as (${UPDATE_LAST_SEEN}
), inserted_timeline as (${INSERT_TIMELINE}
), changed as materialized (${CHANGED}
)
select pg_current_xact_id()::text as xid, (select json_agg(id) from known) as known,
  (select json_object_agg(integration_id, team_id) from changed) as changed,
  (${CONCERNED_SUBSCRIPTIONS}) as subscriptions`;

/** The row that the statement returns. Null stands for an empty list. */
export interface WriteResultRow {
  /** The id of the transaction, decimal. */
  xid: string;
  /** The integrations that Postgres has. */
  known: string[] | null;
  /** By integration with timeline entries, its team. */
  changed: Record<string, string | null> | null;
  /** The enabled subscriptions that may read those entries. `teamId` null: of the whole platform. */
  subscriptions: { id: string; teamId: string | null }[] | null;
}
