/** The alert list: rows, their heading, and the bar of the selection. The Worker and the browser render it; it has no handlers. */
import type { FC } from "hono/jsx";
import { formatNumber } from "../../lib/text.ts";
import { plural } from "../parts/format.ts";
import { AlertRow } from "./alert-row.tsx";
import { countText, type ListContext } from "./list-context.ts";
import { listUrl } from "./list-url.ts";
import { type Row, SORTS, type Sort } from "./rows.ts";

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
