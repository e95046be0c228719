/** Counts alerts in groups, and lists their labels. Both read only the newest alerts of a filter, so that their time is bounded. */
import { and, type SQL, sql } from "drizzle-orm";
import type { AlertFilter } from "../alerts/alert-filter.ts";
import { seesNothing, type VisibleTeams } from "../lib/principal.ts";
import type { AlertRow } from "./actor-names.ts";
import { selectPage } from "./alert-page.ts";
import type { Database } from "./client.ts";
import { alerts } from "./schema.ts";

/** Groups are made of the newest alerts only. */
export const MAX_GROUPED = 2000;

/** Labels are listed of the newest alerts only. */
export const MAX_SAMPLED = 1000;

/** The fields that alerts can be grouped by, besides labels. */
export const GROUP_FIELDS = [
  "integrationId",
  "teamId",
  "alertKey",
  "externalId",
  "source",
  "severity",
  "status",
] as const;

/** A field, or a label by its name. */
export type GroupKey = { field: (typeof GROUP_FIELDS)[number] } | { label: string };

/** The number of alerts of a group with a status and a severity. */
export interface GroupCount {
  /** The value of each key; null: the alerts have none. */
  values: (string | null)[];
  status: AlertRow["status"];
  severity: AlertRow["severity"];
  count: number;
  lastSeenAt: Date;
  /** The latest triggered of these alerts. */
  exampleId: string;
}

/** Counts the newest MAX_GROUPED alerts of a filter by keys, status and severity. */
export async function countGroups(
  db: Database,
  visibleTeams: VisibleTeams,
  filter: AlertFilter,
  keys: readonly GroupKey[],
): Promise<{ counts: GroupCount[]; isComplete: boolean }> {
  if (seesNothing(visibleTeams)) return { counts: [], isComplete: true };
  const { rows } = await db.execute<Omit<GroupCount, "lastSeenAt"> & { lastSeenAt: string; total: number }>(sql`
    with newest as materialized (${selectNewest(
      sql`array[${sql.join(keys.map(valueOf), sql`, `)}]::text[] as parts, ${alerts.id} as id, ${alerts.status} as status,
        ${alerts.severity} as severity, ${alerts.lastSeenAt} as last_seen_at, ${alerts.triggeredAt} as triggered_at`,
      visibleTeams,
      filter,
      MAX_GROUPED + 1,
    )})
    select to_json(parts) as "values", status, severity, count(*)::int as count, max(last_seen_at) as "lastSeenAt",
      (array_agg(id order by triggered_at desc, id desc))[1] as "exampleId", (sum(count(*)) over ())::int as total
    from newest group by parts, status, severity`);
  return {
    counts: rows.map(({ total: _, ...row }) => ({ ...row, lastSeenAt: new Date(row.lastSeenAt) })),
    isComplete: (rows[0]?.total ?? 0) <= MAX_GROUPED,
  };
}

/** Selects columns of the newest alerts. The limit makes Postgres look each alert up: a join might read the whole table. */
export const selectNewest = (columns: SQL, visibleTeams: VisibleTeams, filter: AlertFilter, limit: number): SQL => sql`
  select newest.* from (${selectPage("triggeredAt", "newest first", visibleTeams, filter, null, limit)}) as page,
    lateral (select ${columns} from ${alerts} where ${alerts.id} = page.id limit 1) as newest`;

const valueOf = (key: GroupKey): SQL => ("field" in key ? sql`${alerts[key.field]}::text` : labelOf(key.label));

/** The labels of an alert's source, as silences read them. */
const LABELS = sql`source_labels(${alerts.metadata})`;

/** Labels are texts, numbers and booleans; empty ones count as missing. */
const IS_LABEL = sql`jsonb_typeof(value) in ('string', 'number', 'boolean') and value <> '""'`;

/** The value of a label; null: the alert does not have it. */
const labelOf = (name: string): SQL =>
  sql`(select value #>> '{}' from (select ${LABELS} -> ${name}::text) as label(value) where ${IS_LABEL})`;

/** A label, or a value of one, with the number of alerts that have it. */
export interface LabelCount {
  text: string;
  count: number;
}

/** Which labels to list. */
export interface LabelFilter extends Pick<AlertFilter, "integrationId"> {
  /** The start of the name or value, in any case. */
  prefix: string;
  /** Only texts after this one; null: all. */
  after: string | null;
}

/** Lists the names of labels of the newest visible alerts, in their order as text. */
export const listLabelNames = (db: Database, visibleTeams: VisibleTeams, filter: LabelFilter, limit: number) =>
  listTexts(db, visibleTeams, filter, limit, sql`${LABELS} as labels`, SELECT_NAMES);

/** Lists the values of a label of the newest visible alerts, in their order as text. */
export const listLabelValues = (
  db: Database,
  visibleTeams: VisibleTeams,
  name: string,
  filter: LabelFilter,
  limit: number,
) => listTexts(db, visibleTeams, filter, limit, sql`${labelOf(name)} as text`, sql`select newest.text`);

/** Selects the names of the labels of one row of `newest`. */
const SELECT_NAMES = sql`select name as text from jsonb_each(newest.labels) as label(name, value) where ${IS_LABEL}`;

async function listTexts(
  db: Database,
  visibleTeams: VisibleTeams,
  { integrationId, prefix, after }: LabelFilter,
  limit: number,
  column: SQL,
  selectTexts: SQL,
): Promise<LabelCount[]> {
  if (seesNothing(visibleTeams)) return [];
  const isListed = and(
    sql`found.text <> ''`,
    prefix === "" ? undefined : sql`starts_with(lower(found.text), lower(${prefix}::text))`,
    after === null ? undefined : sql`found.text collate "C" > ${after}::text`,
  );
  const newest = selectNewest(column, visibleTeams, { integrationId }, MAX_SAMPLED);
  const { rows } = await db.execute<{ text: string; count: number }>(sql`
    with newest as materialized (${newest})
    select found.text, count(*)::int as count from newest, lateral (${selectTexts}) as found
    where ${isListed} group by found.text order by found.text collate "C" limit ${limit}`);
  return rows;
}
