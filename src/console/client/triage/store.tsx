/** The state of the open alert list, its live updates, and its place in the page. */
import { countEntry, type Counts, sumOf } from "../../triage/counts.ts";
import type { TriageData } from "../../triage/data.ts";
import { AlertList } from "../../triage/list.tsx";
import { countText, type ListContext } from "../../triage/list-context.ts";
import { type Row, toRow } from "../../triage/rows.ts";
import { applyPage, applyRow, newState, rowOf, shownRows, type State } from "../../triage/state.ts";
import { showConnection } from "../connection.ts";
import { all, find } from "../dom.ts";
import { fetchPage } from "../fetch-page.ts";
import { connectLive, type LiveEntry } from "../live.ts";
import { mount } from "../mount.tsx";
import { throttled } from "../regions.ts";
import { updateTimes } from "../times.ts";
import { startHistogram } from "./histogram.tsx";
import { IntegrationNames } from "./names.ts";

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
  let countedVersions = versionsOf(data);
  let { context } = data;
  const listeners: (() => void)[] = [];
  const histogram = startHistogram(data);
  const names = new IntegrationNames();
  names.skip(data.rows);

  const List = () => {
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

  const focusedId = document.activeElement?.closest<HTMLElement>("[data-row]")?.dataset["id"];
  const rerender = mount(List, root);
  const show = () => {
    rerender();
    updateTimes();
    const shown = shownRows(state, Date.now());
    void nameIntegrations(shown);
    const isEmpty = shown.length === 0 && state.waiting.size === 0;
    root.hidden = isEmpty;
    const empty = document.getElementById("no-alerts");
    if (empty) empty.hidden = !isEmpty;
    for (const listener of listeners) listener();
  };
  const addNames = (found: ListContext["names"]) => {
    context = { ...context, names: { ...context.names, ...found } };
  };
  const nameIntegrations = async (rows: readonly Row[]) => {
    const found = await names.find(rows, context.names);
    if (Object.keys(found).length === 0) return;
    addNames(found);
    show();
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
    names.skip(fresh.rows);
    addNames(fresh.context.names);
    counts = fresh.counts;
    countedVersions = versionsOf(fresh);
    isCountFresh = true;
    histogram.replace(fresh.histogram);
    for (const selector of [".triage-list > .below", ".triage-list > .pages"]) replacePart(selector, page);
    showCounts();
    show();
  };
  const refreshSoon = throttled(refresh);

  const applyEntry = (entry: LiveEntry) => {
    const isOnLaterPage = data.cursor !== undefined;
    if (!isOnLaterPage || state.rows.has(entry.alert.id)) state = applyRow(state, toRow(entry.alert), Date.now());
    // The numbers of the page may contain the entry: until the first refresh, and when its rows do.
    const isCounted = (countedVersions.get(entry.alert.id) ?? 0) >= entry.version;
    if (isCountFresh && !isCounted) {
      counts = countEntry(counts, entry, data.filter);
      histogram.count(entry);
    }
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
      histogram.show();
    });
  };

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
  addEventListener("timezonechange", () => {
    show();
    histogram.show();
  });

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

/** The versions of the alerts that the numbers of a page contain. */
const versionsOf = ({ rows }: TriageData): ReadonlyMap<string, number> =>
  new Map(rows.map(({ id, version }) => [id, version]));

function readData(page: Document): TriageData | null {
  const block = page.getElementById(DATA_ID);
  return block ? (JSON.parse(block.textContent ?? "null") as TriageData) : null;
}

/** Takes a part over from a fresh page, which may lack it. */
function replacePart(selector: string, page: Document): void {
  const [old, fresh] = [find(selector), page.querySelector(selector)];
  if (old && fresh && old.outerHTML !== fresh.outerHTML) old.replaceWith(document.importNode(fresh, true));
  else if (old && !fresh) old.remove();
  else if (!old && fresh) find(".triage-list")?.append(document.importNode(fresh, true));
}
