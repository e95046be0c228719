/** The state of the open alert list, its live updates, and its place in the page. */
import { flushSync, render, useState } from "hono/jsx/dom";
import { countEntry, type Counts, sumOf } from "../../triage/counts.ts";
import type { TriageData } from "../../triage/data.ts";
import { AlertList, countText, type ListContext } from "../../triage/list.tsx";
import { toRow } from "../../triage/rows.ts";
import { applyPage, applyRow, newState, rowOf, shownRows, type State } from "../../triage/state.ts";
import { showConnection } from "../connection.ts";
import { all, find } from "../dom.ts";
import { connectLive, type LiveEntry } from "../live.ts";
import { throttled } from "../regions.ts";
import { updateTimes } from "../times.ts";

const DATA_ID = "triage-data";

export interface Store {
  readonly data: TriageData;
  readonly state: State;
  readonly context: ListContext;
  /** Replaces the state and renders it at once. */
  set: (next: State) => void;
  /** Fetches the list again. */
  refresh: () => Promise<void>;
  /** Is called after each change of the state. */
  onChange: (listener: () => void) => void;
}

/** Takes the list over from the Worker. @returns null on pages without a list */
export function startStore(): Store | null {
  const root = document.getElementById("triage");
  const data = readData(document);
  if (!root || !data) return null;
  let state = newState(data.rows, data.filter, data.context.sort, data.isPartial);
  let counts: Counts = data.counts;
  let isCountFresh = false;
  let { context } = data;
  let rerender: (() => void) | null = null;
  const listeners: (() => void)[] = [];

  const List = () => {
    const [, setVersion] = useState(0);
    rerender = () => setVersion((version) => version + 1);
    const now = Date.now();
    return (
      <AlertList
        rows={shownRows(state, now)}
        context={context}
        cursor={state.cursor}
        selected={state.selected}
        isAllSelected={state.isAllSelected}
        waiting={state.waiting.size}
        now={now}
      />
    );
  };

  const show = () => {
    flushSync(() => rerender?.());
    updateTimes();
    const isEmpty = shownRows(state, Date.now()).length === 0 && state.waiting.size === 0;
    root.hidden = isEmpty;
    const empty = document.getElementById("no-alerts");
    if (empty) empty.hidden = !isEmpty;
    for (const listener of listeners) listener();
  };
  const showCounts = () => {
    context = {
      ...context,
      total: counts.length === 0 && context.total === null ? null : sumOf(counts, data.filter.statuses),
    };
    for (const tab of all("[data-count-statuses]")) {
      const number = find(".count", tab);
      const text = countText(sumOf(counts, tab.dataset["countStatuses"]?.split(" ")));
      if (number && number.textContent !== text) number.textContent = text;
    }
    const total = countText(context.total);
    document.title = `${total === "" || total === "0" ? "" : `(${total}) `}Alerts · Tocsin`;
    const isCritical = counts.some((one) => one.severity === "CRITICAL" && one.status === "OPEN" && one.count > 0);
    find<HTMLLinkElement>('link[rel="icon"]')?.setAttribute("href", `/assets/icon${isCritical ? "-critical" : ""}.svg`);
  };

  const refresh = async () => {
    if (document.hidden) return;
    const page = await fetchPage();
    const fresh = page && readData(page);
    if (!fresh) return;
    state = applyPage(state, fresh.rows, fresh.isPartial, Date.now());
    counts = fresh.counts;
    isCountFresh = true;
    for (const selector of [".triage-list > .below", ".triage-list > .pages"]) replacePart(selector, page);
    showCounts();
    show();
  };
  const refreshSoon = throttled(refresh);

  const applyEntry = (entry: LiveEntry) => {
    const isOnLaterPage = data.cursor !== undefined;
    if (!isOnLaterPage || state.rows.has(entry.alert.id)) state = applyRow(state, toRow(entry.alert), Date.now());
    // Until the first refresh, the numbers of the page may contain the entry.
    if (isCountFresh) counts = countEntry(counts, entry, data.filter);
    // The numbers are of alerts that are not muted.
    if ("snoozedUntil" in entry.changes) refreshSoon();
    scheduleShow();
  };
  let isScheduled = false;
  /** Renders once for all entries of a message. */
  const scheduleShow = () => {
    if (isScheduled) return;
    isScheduled = true;
    queueMicrotask(() => {
      isScheduled = false;
      showCounts();
      show();
    });
  };

  const focusedId = document.activeElement?.closest<HTMLElement>("[data-row]")?.dataset["id"];
  render(<List />, root);
  if (focusedId !== undefined) find("a.title", document.getElementById(`alert-${focusedId}`) ?? root)?.focus();
  updateTimes();
  showCounts();
  connectLive(data.stream, {
    onEntry: applyEntry,
    onGap: () => {
      isCountFresh = false;
      refreshSoon();
    },
    onMuting: refreshSoon,
    onLost: refreshSoon,
    onState: showConnection,
  });
  addEventListener("online", refreshSoon);

  return {
    data,
    get state() {
      return state;
    },
    get context() {
      return context;
    },
    set: (next) => {
      state = next;
      show();
    },
    refresh,
    onChange: (listener) => listeners.push(listener),
  };
}

/** The row under the cursor. */
export const cursorRow = ({ state }: Store) => (state.cursor === null ? undefined : rowOf(state, state.cursor));

function readData(page: Document): TriageData | null {
  const block = page.getElementById(DATA_ID);
  return block ? (JSON.parse(block.textContent ?? "null") as TriageData) : null;
}

/** Fetches the page again. */
async function fetchPage(): Promise<Document | null> {
  const response = await fetch(location.href, { headers: { accept: "text/html" } }).catch(() => null);
  showConnection(response !== null && response.status < 500);
  if (!response?.ok) return null;
  // The session has ended: reload to show the sign-in page.
  if (response.redirected && new URL(response.url).pathname === "/sign-in") {
    location.reload();
    return null;
  }
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

/** Takes a part over from a fresh page, which may lack it. */
function replacePart(selector: string, page: Document): void {
  const [old, fresh] = [find(selector), page.querySelector(selector)];
  if (old && fresh && old.outerHTML !== fresh.outerHTML) old.replaceWith(document.importNode(fresh, true));
  else if (old && !fresh) old.remove();
  else if (!old && fresh) find(".triage-list")?.append(document.importNode(fresh, true));
}
