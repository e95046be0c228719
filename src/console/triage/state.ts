/**
 * The state of the open alert list: rows, selection, cursor, and changes that the server has not confirmed. Pure functions; the browser
 * keeps the state (client/triage/store.tsx).
 */
import type { Alert, ListFilter, Row, Sort } from "./rows.ts";
import { COMPARE, isListed } from "./rows.ts";

/** A change that is shown before the server confirms it. */
export type Change = Partial<Pick<Alert, "status" | "snoozedUntil" | "acknowledgedBy">>;

export interface State {
  filter: ListFilter;
  sort: Sort;
  /** Rows by id, also those that left the list lately: the newest version of each. */
  rows: ReadonlyMap<string, Row>;
  /** Ids in the order of the list. A row keeps its place while its severity stays. */
  order: readonly string[];
  /** Ids of new rows that wait until nothing is selected; they have no place in the order yet. */
  waiting: ReadonlySet<string>;
  selected: ReadonlySet<string>;
  /** Every alert that matches the filter is selected, also those on other pages. */
  isAllSelected: boolean;
  /** Id of the row under the cursor. */
  cursor: string | null;
  pending: ReadonlyMap<string, Change>;
  /** Whether the list continues on another page. */
  isPartial: boolean;
}

/** Rows that a list shows at most after many new alerts, besides selected ones. */
const MAX_ROWS = 200;

/** Rows that are known at most, besides those in the order. */
const MAX_KNOWN = 1000;

export function newState(rows: readonly Row[], filter: ListFilter, sort: Sort, isPartial: boolean): State {
  const order = rows.toSorted(COMPARE[sort]).map(({ id }) => id);
  return {
    filter,
    sort,
    rows: new Map(rows.map((row) => [row.id, row])),
    order,
    waiting: new Set(),
    selected: new Set(),
    isAllSelected: false,
    cursor: null,
    pending: new Map(),
    isPartial,
  };
}

/** A row with its pending change. */
export function rowOf({ rows, pending }: State, id: string): Row | undefined {
  const row = rows.get(id);
  const change = pending.get(id);
  return row && change ? { ...row, ...change } : row;
}

/** The rows that the list shows, in their order. @param now Unix ms */
export function shownRows(state: State, now: number): Row[] {
  return state.order.flatMap((id) => {
    const row = rowOf(state, id);
    return row && isListed(row, state.filter, now) ? [row] : [];
  });
}

export const isSelecting = ({ selected, isAllSelected }: State): boolean => selected.size > 0 || isAllSelected;

/** Applies the current state of an alert: updates, inserts, moves or hides its row. */
export function applyRow(state: State, row: Row, now: number): State {
  const known = state.rows.get(row.id);
  if (known && known.version >= row.version) return state;
  const next = { ...state, rows: withRow(state, row) };
  const isPlaced = state.order.includes(row.id);
  const isHidden = !isListed(row, state.filter, now);
  if (!isPlaced && isHidden) return settle({ ...next, waiting: without(state.waiting, row.id) }, now);
  if (!isPlaced && isSelecting(state)) return settle({ ...next, waiting: new Set(state.waiting).add(row.id) }, now);
  // A hidden row may come back: it moves, too.
  const isInPlace = isPlaced && known?.severity === row.severity;
  return settle(isInPlace ? next : { ...next, order: place(next, row) }, now);
}

/** The known rows with another one. In a storm, only those that the list may still show are kept. */
function withRow({ rows, order, waiting, pending, sort }: State, row: Row): Map<string, Row> {
  const known = new Map(rows).set(row.id, row);
  if (known.size <= MAX_KNOWN) return known;
  const first = [...waiting]
    .flatMap((id) => known.get(id) ?? [])
    .toSorted(COMPARE[sort])
    .slice(0, MAX_ROWS);
  const kept = new Set([...order, ...pending.keys(), ...first.map(({ id }) => id), row.id]);
  return new Map([...known].filter(([id]) => kept.has(id)));
}

function without(ids: ReadonlySet<string>, id: string): ReadonlySet<string> {
  if (!ids.has(id)) return ids;
  const others = new Set(ids);
  others.delete(id);
  return others;
}

/** The order with a row where the sort puts it. Selected rows, and the one under the cursor, are never cut off. */
function place({ order, rows, sort, selected, cursor }: State, row: Row): string[] {
  const others = order.filter((id) => id !== row.id);
  const at = others.findIndex((id) => {
    const other = rows.get(id);
    return other !== undefined && COMPARE[sort](row, other) < 0;
  });
  const placed = at === -1 ? [...others, row.id] : others.toSpliced(at, 0, row.id);
  return placed.filter((id, index) => index < MAX_ROWS || selected.has(id) || id === cursor);
}

/** Takes the rows of a fresh page. Rows that are newer here than there stay as they are. */
export function applyPage(state: State, fresh: readonly Row[], isPartial: boolean, now: number): State {
  const rows = new Map(state.rows);
  for (const row of fresh) {
    const known = rows.get(row.id);
    if (!known || known.version < row.version) rows.set(row.id, row);
    else rows.set(row.id, { ...row, ...known, lastSeenAt: row.lastSeenAt, isSilenced: row.isSilenced });
  }
  const ids = new Set(fresh.map(({ id }) => id));
  if (isSelecting(state)) {
    const added = fresh.filter(({ id }) => !state.order.includes(id)).map(({ id }) => id);
    const order = state.order.filter((id) => ids.has(id) || state.selected.has(id));
    return settle({ ...state, rows, order, isPartial, waiting: new Set([...state.waiting, ...added]) }, now);
  }
  const order = [...ids].flatMap((id) => rows.get(id) ?? []).toSorted(COMPARE[state.sort]);
  return settle({ ...state, rows, order: order.map(({ id }) => id), isPartial, waiting: new Set() }, now);
}

/** Gives the rows that wait their place in the list. */
export function showWaiting(state: State): State {
  let { order } = state;
  for (const id of state.waiting) {
    const row = state.rows.get(id);
    if (row) order = place({ ...state, order }, row);
  }
  return { ...state, order, waiting: new Set() };
}

/** Keeps the selection and the cursor on rows that the list shows. */
function settle(state: State, now: number): State {
  const shown = new Set(shownRows(state, now).map(({ id }) => id));
  const selected = new Set([...state.selected].filter((id) => shown.has(id)));
  const cursor = state.cursor === null || shown.has(state.cursor) ? state.cursor : neighbor(state, shown);
  const next = { ...state, selected, cursor };
  return isSelecting(next) ? next : showWaiting(next);
}

/** The row after the cursor that is still shown, else the one before it. */
function neighbor({ order, cursor }: State, shown: ReadonlySet<string>): string | null {
  const at = order.indexOf(cursor ?? "");
  return (
    order.slice(at).find((id) => shown.has(id)) ??
    order.slice(0, Math.max(at, 0)).findLast((id) => shown.has(id)) ??
    null
  );
}

/** Moves the cursor. @param step 1 for the next row, -1 for the previous */
export function moveCursor(state: State, step: 1 | -1, now: number): State {
  const ids = shownRows(state, now).map(({ id }) => id);
  if (ids.length === 0) return state;
  const at = state.cursor === null ? -1 : ids.indexOf(state.cursor);
  const next = at === -1 ? (step > 0 ? 0 : ids.length - 1) : Math.min(Math.max(at + step, 0), ids.length - 1);
  return { ...state, cursor: ids[next] ?? null };
}

/** Selects a row, or takes it out of the selection. */
export function toggle(state: State, id: string, now: number): State {
  const base = state.isAllSelected ? new Set(shownRows(state, now).map((row) => row.id)) : new Set(state.selected);
  if (!base.delete(id)) base.add(id);
  return settle({ ...state, selected: base, isAllSelected: false, cursor: id }, now);
}

/** Selects the row under the cursor, moves, and selects that row, too. */
export function extend(state: State, step: 1 | -1, now: number): State {
  const from = state.cursor ?? shownRows(state, now)[0]?.id;
  if (from === undefined) return state;
  const moved = moveCursor({ ...state, cursor: from }, step, now);
  return { ...moved, selected: new Set([...state.selected, from, moved.cursor ?? from]) };
}

/** Selects the rows between two of them, as a click with Shift does. */
export function selectRange(state: State, from: string | null, to: string, now: number): State {
  const ids = shownRows(state, now).map(({ id }) => id);
  const [a, b] = [from === null ? -1 : ids.indexOf(from), ids.indexOf(to)];
  if (a === -1 || b === -1) return toggle(state, to, now);
  const range = ids.slice(Math.min(a, b), Math.max(a, b) + 1);
  return { ...state, selected: new Set([...state.selected, ...range]), cursor: to };
}

export function selectShown(state: State, isSelected: boolean, now: number): State {
  const selected = new Set(isSelected ? shownRows(state, now).map(({ id }) => id) : []);
  return settle({ ...state, selected, isAllSelected: false }, now);
}

export const selectAll = (state: State): State => ({ ...state, isAllSelected: true });

/** The rows that an action concerns: the selected ones, else the one under the cursor. */
export function targetsOf(state: State, now: number): Row[] {
  const shown = shownRows(state, now);
  if (state.isAllSelected) return shown;
  if (state.selected.size > 0) return shown.filter(({ id }) => state.selected.has(id));
  return shown.filter(({ id }) => id === state.cursor);
}

/** Shows a change before the server confirms it. The cursor goes to the next row, and the selection ends. */
export function begin(state: State, changes: ReadonlyMap<string, Change>, now: number): State {
  const wasUnderCursor = state.cursor !== null && changes.has(state.cursor) && state.selected.size === 0;
  const pending = new Map([...state.pending, ...changes]);
  const next = wasUnderCursor ? moveCursor(state, 1, now) : state;
  return settle({ ...next, pending, selected: new Set(), isAllSelected: false }, now);
}

/** Ends pending changes: with the rows that the server returned, or without them when it rejected the change. */
export function end(state: State, ids: Iterable<string>, rows: readonly Row[], now: number): State {
  const pending = new Map(state.pending);
  for (const id of ids) pending.delete(id);
  return rows.reduce((next, row) => applyRow(next, row, now), settle({ ...state, pending }, now));
}
