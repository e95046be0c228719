/** One row of the alert list. */
import type { FC } from "hono/jsx";
import { formatNumber } from "../../lib/text.ts";
import { SeverityBadge, StatusBadge } from "../parts/badges.tsx";
import { Icon } from "../parts/icons.tsx";
import { ownerName } from "../parts/owner-name.ts";
import { Duration, Time } from "../parts/time.tsx";
import { chipLabels, LabelChip } from "./label-chip.tsx";
import { type ListContext, mayChange } from "./list-context.ts";
import { isMuted, type Row } from "./rows.ts";

/** The initials of a name: at most two letters. */
const initials = (name: string): string =>
  name
    .split(/\s+/)
    .filter(Boolean)
    .flatMap((word, index, { length }) => (index === 0 || index === length - 1 ? Array.from(word).slice(0, 1) : []))
    .join("")
    .toUpperCase();

export const AlertRow: FC<{
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
