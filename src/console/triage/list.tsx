/** The alert list: rows, their heading, and the bar of the selection. The Worker and the browser render it; it has no handlers. */
import type { FC } from "hono/jsx";
import { SeverityBadge, StatusBadge } from "../parts/badges.tsx";
import { Icon } from "../parts/icons.tsx";
import { formatNumber, plural } from "../parts/format.ts";
import { ownerName } from "../parts/owner-name.ts";
import { Duration, Time } from "../parts/time.tsx";
import { listUrl } from "./list-url.ts";
import { withTerm, toTerm } from "./query-text.ts";
import { isMuted, type Row, SORTS, type Sort } from "./rows.ts";

/** What the list needs besides its rows. It goes to the browser as JSON. */
export interface ListContext {
  /** Path and query of the page. */
  url: string;
  query: string;
  sort: Sort;
  /** Names of integrations by id. */
  names: Record<string, string>;
  /** Teams whose alerts the caller may change; `all`: of all teams. */
  writableTeams: readonly string[] | "all";
  /** Number of alerts that match, on all pages. */
  total: { count: number; isAtLeast: boolean } | null;
}

export const mayChange = ({ writableTeams }: Pick<ListContext, "writableTeams">, { teamId }: Pick<Row, "teamId">) =>
  writableTeams === "all" || (teamId !== null && writableTeams.includes(teamId));

interface ListView {
  rows: readonly Row[];
  context: ListContext;
  cursor: string | null;
  selected: ReadonlySet<string>;
  isAllSelected: boolean;
  /** Number of new rows that wait. */
  waiting: number;
  now: number;
}

export const AlertList: FC<ListView> = ({ rows, context, cursor, selected, isAllSelected, waiting, now }) => (
  <>
    <SelectionBar
      shown={rows.length}
      selected={isAllSelected ? rows.length : selected.size}
      isAllSelected={isAllSelected}
      waiting={waiting}
      context={context}
    />
    <ol class="rows alerts">
      {rows.map((row) => (
        <AlertRow
          key={row.id}
          row={row}
          context={context}
          isHere={row.id === cursor}
          isSelected={isAllSelected || selected.has(row.id)}
          now={now}
        />
      ))}
    </ol>
  </>
);

const HEADINGS: Readonly<Record<Sort, string>> = { severity: "Severity", triggeredAt: "Age", lastSeenAt: "Last seen" };

interface SelectionBarProps {
  shown: number;
  selected: number;
  isAllSelected: boolean;
  waiting: number;
  context: ListContext;
}

/** The heading of the list. While alerts are selected, it shows what can be done with them, and how many new ones wait. */
const SelectionBar: FC<SelectionBarProps> = ({ shown, selected, isAllSelected, waiting, context }) => {
  const { total, writableTeams } = context;
  const canChange = writableTeams === "all" || writableTeams.length > 0;
  const isPageSelected = selected > 0 && selected === shown;
  const hasMore = total !== null && (total.count > shown || total.isAtLeast);
  return (
    <div class={selected > 0 ? "list-head selecting" : "list-head"}>
      {canChange ? (
        <label class="pick needs-script">
          <input type="checkbox" data-do="select-shown" checked={isPageSelected} aria-label="Select all on this page" />
        </label>
      ) : (
        <span />
      )}
      {canChange ? (
        <span class="bulk">
          <span class="chosen" aria-live="polite">
            {selected === 0 ? "" : `${isAllSelected ? countText(total) : formatNumber(selected)} selected`}
          </span>
          <button class="quiet" name="status" value="ACKNOWLEDGED">
            Acknowledge
          </button>
          <button class="quiet" name="status" value="RESOLVED">
            Resolve
          </button>
          <button class="quiet" name="status" value="CLOSED">
            Close
          </button>
          <button type="button" class="quiet needs-script scripted-only" data-do="snooze">
            Snooze
          </button>
          {isPageSelected && hasMore && !isAllSelected ? (
            <button type="button" class="plain" data-do="select-all">
              Select all {countText(total)} matching
            </button>
          ) : null}
          {selected > 0 ? (
            <button type="button" class="plain" data-do="clear-selection">
              Clear selection
            </button>
          ) : null}
        </span>
      ) : null}
      {waiting > 0 ? (
        <button type="button" class="pill" data-do="show-waiting">
          {plural(waiting, "new alert")}
        </button>
      ) : null}
      <span class="sorts" hidden={waiting > 0}>
        <span>Sort by</span>
        {SORTS.map((sort) => (
          <a href={listUrl(context.url, { sort })} {...(sort === context.sort && { "aria-current": "true" as const })}>
            {HEADINGS[sort]}
          </a>
        ))}
      </span>
    </div>
  );
};

export const countText = (total: ListContext["total"]): string =>
  total === null ? "" : `${formatNumber(total.count)}${total.isAtLeast ? "+" : ""}`;

/** Labels that say most about where an alert is, in this order. The name of the alert is in its title. */
export const CHIP_LABELS = [
  "service",
  "env",
  "environment",
  "instance",
  "host",
  "namespace",
  "cluster",
  "region",
  "job",
];
const MAX_CHIPS = 2;

export const chipLabels = ({ labels, title }: Pick<Row, "labels" | "title">): [name: string, value: string][] =>
  CHIP_LABELS.flatMap((name): [string, string][] => {
    const value = labels[name];
    return value === undefined || title.includes(value) ? [] : [[name, value]];
  }).slice(0, MAX_CHIPS);

/** A label as a link that filters the list by it. @param isShort its name is for screen readers and the tooltip only */
export const LabelChip: FC<{
  name: string;
  value: string;
  context: Pick<ListContext, "url" | "query">;
  isShort?: boolean;
}> = ({ name, value, context, isShort = false }) => (
  <a
    class="chip"
    href={listUrl(context.url, { query: withTerm(context.query, toTerm(`label.${name}`, value)) })}
    title={`Only ${name}: ${value}`}
  >
    <span class={isShort ? "unseen" : undefined}>{name}</span>
    <b>{value}</b>
  </a>
);

/** The initials of a name: at most two letters. */
export const initials = (name: string): string =>
  name
    .split(/\s+/)
    .filter(Boolean)
    .flatMap((word, index, { length }) => (index === 0 || index === length - 1 ? Array.from(word).slice(0, 1) : []))
    .join("")
    .toUpperCase();

const AlertRow: FC<{
  row: Row;
  context: ListContext;
  isHere: boolean;
  isSelected: boolean;
  now: number;
  key: string;
}> = ({ row, context, isHere, isSelected, now }) => {
  const canChange = mayChange(context, row);
  const name = context.names[row.integrationId];
  const owner = ownerName(row.acknowledgedBy);
  const label = row.title.slice(0, 100);
  return (
    <li
      id={`alert-${row.id}`}
      data-row
      data-id={row.id}
      class={`alert edge-${row.severity.toLowerCase()}${isHere ? " here" : ""}${isSelected ? " selected" : ""}`}
    >
      {canChange ? (
        <label class="pick">
          <input type="checkbox" name="alertId" value={row.id} checked={isSelected} aria-label={`Select: ${label}`} />
        </label>
      ) : (
        <span />
      )}
      <SeverityBadge severity={row.severity} isCompact />
      <StatusBadge status={row.status} isCompact />
      <a class="title" href={`/alerts/${row.id}`} dir="auto" title={row.title}>
        {row.title}
      </a>
      <span class="chips">
        {chipLabels(row).map(([labelName, value]) => (
          <LabelChip name={labelName} value={value} context={context} isShort />
        ))}
      </span>
      <span class="from" dir="auto">
        {name ?? ""}
      </span>
      <span class="occurrences" title="Occurrences">
        {row.occurrences > 1 ? `×${formatNumber(row.occurrences)}` : ""}
      </span>
      <span class="owner">
        {owner === null ? null : (
          <span class="avatar" title={`Acknowledged by ${owner}`}>
            <span aria-hidden="true">{initials(owner)}</span>
            <span class="unseen">{owner}</span>
          </span>
        )}
        {isMuted(row, now) ? (
          <span class="muted" title={row.isSilenced ? "Silenced" : "Snoozed"}>
            <Icon name={row.isSilenced ? "silences" : "snooze"} />
            <span class="unseen">{row.isSilenced ? "Silenced" : "Snoozed"}</span>
          </span>
        ) : null}
      </span>
      <span class="age">
        <Duration since={row.triggeredAt} />
      </span>
      <span class="when">
        <Time at={row.lastSeenAt} />
      </span>
      {canChange ? (
        <span class="actions">
          {row.status === "OPEN" ? <StatusButton row={row} to="ACKNOWLEDGED" name="Acknowledge" /> : null}
          {row.status === "OPEN" || row.status === "ACKNOWLEDGED" ? (
            <StatusButton row={row} to="RESOLVED" name="Resolve" />
          ) : (
            <StatusButton row={row} to="OPEN" name="Reopen" />
          )}
        </span>
      ) : null}
    </li>
  );
};

/** Posts the form of the list to the URL of one alert, so that it works without scripts. */
const StatusButton: FC<{ row: Row; to: Row["status"]; name: string }> = ({ row, to, name }) => (
  <button
    class="quiet"
    name="status"
    value={to}
    formaction={`/alerts/${row.id}/status`}
    aria-label={`${name}: ${row.title.slice(0, 100)}`}
  >
    {name}
  </button>
);
