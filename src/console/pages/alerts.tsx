/** `/alerts`: the alert list. The browser takes it over (client/triage/app.tsx); without scripts, its forms change alerts. */
import { raw } from "hono/html";
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { formatNumber } from "../../lib/text.ts";
import { attempt, dataOf, defined, type Names, newestNames, withNamesOf } from "../api.ts";
import { type Caller, type Console, type Page } from "../context.ts";
import type { AlertStatus } from "../parts/badges.tsx";
import { Count, Pagination, ProblemMessage } from "../parts/components.tsx";
import { ExportLinks } from "../parts/export-links.tsx";
import { Select } from "../parts/fields.tsx";
import { type CountedFlash, type Flash, withCountedFlash, withFlash } from "../parts/flash.tsx";
import { type Form, readForm } from "../parts/form.ts";
import { KeyboardShortcuts } from "../parts/keyboard-shortcuts.tsx";
import { Icon } from "../parts/icons.tsx";
import { renderPage } from "../parts/layout.tsx";
import type { TriageData } from "../triage/data.ts";
import type { Histogram } from "../triage/histogram.ts";
import { HistogramChart } from "../triage/histogram-chart.tsx";
import { AlertList } from "../triage/list.tsx";
import { listUrl } from "../triage/list-url.ts";
import { QueryBar } from "../triage/query-bar.tsx";
import { integrationsIn, toTerm, withTerm } from "../triage/query-text.ts";
import { COMPARE, toRow, withShortLabels } from "../triage/rows.ts";
import { VIEWS } from "../triage/views.ts";
import {
  type AlertFilter,
  exportUrl,
  filterQuery,
  GROUPINGS,
  listQuery,
  readFilter,
  streamUrl,
} from "./alert-filter.ts";
import { GroupList } from "./alert-groups.tsx";
import { NoAlerts, QueryError } from "./no-alerts.tsx";
import { HISTOGRAM_PARAMETER, isHistogramShown, loadHistogram, rememberHistogram } from "./alert-histogram.ts";

type Alert = Schemas["Alert"];
type Counts = Schemas["AlertCounts"];

const PAGE_SIZE = 100;

const FLASH: Readonly<Record<AlertStatus, Flash>> = {
  OPEN: "reopened",
  ACKNOWLEDGED: "acknowledged",
  RESOLVED: "resolved",
  CLOSED: "closed",
};

const BULK_FLASH: Readonly<Record<AlertStatus, CountedFlash>> = {
  OPEN: "alerts-reopened",
  ACKNOWLEDGED: "alerts-acknowledged",
  RESOLVED: "alerts-resolved",
  CLOSED: "alerts-closed",
};

export function registerAlerts(pages: Console): void {
  pages.get("/alerts", async (c) => {
    if (rememberHistogram(c)) return c.redirect(listUrl(c.req.url, { [HISTOGRAM_PARAMETER]: undefined }), 303);
    const filter = readFilter(c.req.url);
    const [{ list, groups }, histogram, counts, newest] = await Promise.all([
      loadList(c, filter),
      loadHistogram(c, filter),
      attempt(c.get("api").GET("/v1/alerts/counts", { params: { query: filterQuery(filter) } })),
      newestNames(c),
    ]);
    const names = await withNamesOf(c, newest, [
      ...integrationsIn(filter.query),
      ...(list?.data?.data ?? []).map(({ integrationId }) => integrationId),
      ...(groups?.data?.data ?? []).flatMap(({ key }) => key["integrationId"] ?? []),
    ]);
    const problem = filter.error ? null : (list?.problem ?? groups?.problem ?? null);
    const total = counts.data && totalOf(counts.data, filter);
    const view: AlertsView = {
      url: c.req.url,
      caller: c.get("caller"),
      filter,
      list: list?.data ?? null,
      groups: groups?.data ?? null,
      counts: counts.data,
      total,
      names,
      histogram,
      isHistogramShown: isHistogramShown(c),
    };
    const content = (
      <>
        <TriageHead {...view} />
        <ProblemMessage problem={problem} />
        <AlertsBody {...view} />
        <KeyboardShortcuts />
      </>
    );
    const title = total?.count ? `(${formatNumber(total.count)}${total.isAtLeast ? "+" : ""}) Alerts` : "Alerts";
    return renderPage(c, { title, section: "/alerts", script: "alerts" }, content, problem || filter.error ? 400 : 200);
  });

  pages.post("/alerts", async (c) => {
    const form = await readForm(c);
    const status = form.text("status") as AlertStatus;
    const listAddress = readListUrl(c, form) ?? new URL("/alerts", c.req.url);
    const path = listAddress.pathname + listAddress.search;
    const ids = form.all("alertId");
    if (ids.length === 0) return c.redirect(withFlash(path, "none-selected"), 303);
    const result = await dataOf(c.get("api").POST("/v1/alerts/bulk", { body: { ids, status } }));
    // The type allows an empty body for `Prefer: return=minimal`, which this call does not send.
    const { changed = 0, results = [] } = result ?? {};
    return c.redirect(withCountedFlash(path, BULK_FLASH[status], changed, results.length - changed), 303);
  });

  pages.post("/alerts/:id/status", async (c) => {
    const form = await readForm(c);
    const status = form.text("status") as AlertStatus;
    const note = form.text("note");
    const { id } = c.req.param();
    await dataOf(
      c.get("api").PATCH("/v1/alerts/{id}", {
        params: { path: { id } },
        body: { status, ...(note ? { note } : {}) },
      }),
    );
    const listAddress = readListUrl(c, form);
    const path = listAddress ? listAddress.pathname + listAddress.search : `/alerts/${id}`;
    return c.redirect(withFlash(path, FLASH[status]), 303);
  });
}

/** Loads the rows of the page, or its groups. */
async function loadList(c: Page, filter: AlertFilter) {
  const api = c.get("api");
  const { cursor } = c.req.query();
  if (filter.error) return { list: null, groups: null };
  if (filter.grouping) {
    const query = { ...listQuery(filter), by: filter.grouping.key, limit: PAGE_SIZE };
    return { list: null, groups: await attempt(api.GET("/v1/alerts/groups", { params: { query } })) };
  }
  const query = { ...listQuery(filter), sort: filter.sort, limit: PAGE_SIZE, ...defined({ cursor }) };
  return { list: await attempt(api.GET("/v1/alerts", { params: { query } })), groups: null };
}

/** The number of alerts on the tab of a filter, on all pages. */
function totalOf(counts: Counts, { list: { statuses } }: AlertFilter): { count: number; isAtLeast: boolean } {
  const matching = counts.data.filter(({ status }) => statuses?.includes(status) ?? true);
  return {
    count: matching.reduce((sum, { count }) => sum + count, 0),
    isAtLeast: matching.some(({ isAtLeast }) => isAtLeast),
  };
}

/** URL of the filtered list that contains the form; null when the form is on the page of an alert. */
const readListUrl = (c: Page, form: Form): URL | null => {
  const back = form.all("back")[0];
  return back === undefined ? null : new URL(`/alerts${back.startsWith("?") ? back : ""}`, c.req.url);
};

interface AlertsView {
  url: string;
  caller: Caller;
  filter: AlertFilter;
  list: { data: Alert[]; nextCursor: string | null; muted: { count: number; isAtLeast: boolean } | null } | null;
  groups: Schemas["AlertGroups"] | null;
  counts: Counts | null;
  total: { count: number; isAtLeast: boolean } | null;
  names: Names;
  /** Null: it is hidden, or cannot be read. */
  histogram: Histogram | null;
  isHistogramShown: boolean;
}

const TriageHead: FC<AlertsView> = ({ url, filter, counts, names, histogram, isHistogramShown: isShown }) => {
  const { view, query, error, list, grouping } = filter;
  const parameters = new URL(url).searchParams;
  return (
    <div class="triage-head">
      <div class="triage-bar">
        <h1>Alerts</h1>
        <nav class="tabs small" aria-label="Status" id="views">
          {VIEWS.map(({ id, name, statuses }) => (
            <a
              href={listUrl(url, { view: id === "unresolved" ? undefined : id, sort: undefined })}
              {...(id === view.id && list.statuses && { "aria-current": "true" as const })}
              data-count-statuses={statuses.join(" ")}
            >
              {name} <ViewCount counts={counts} statuses={statuses} />
            </a>
          ))}
        </nav>
        <span class="triage-tools">
          <details class="menu needs-script" id="saved-views">
            <summary>Saved views</summary>
            <div />
          </details>
          <ExportLinks urlOf={(format) => exportUrl(filter, format)} />
          <button type="button" class="plain" data-help aria-label="Keyboard shortcuts" title="Keyboard shortcuts">
            <kbd>?</kbd>
          </button>
        </span>
      </div>
      <QueryBar
        url={url}
        query={query}
        error={error}
        names={names}
        kept={{ view: view.id === "unresolved" ? undefined : view.id, sort: parameters.get("sort") ?? undefined }}
      >
        <label class="group-by">
          <span>Group by</span>
          <Select
            name="group"
            label="Group by"
            value={grouping?.id}
            options={[["", "Nothing"], ...GROUPINGS.map(({ id, name }) => [id, name] as const)]}
          />
        </label>
        <a
          class={isShown ? "histogram-toggle on" : "histogram-toggle"}
          href={listUrl(url, { [HISTOGRAM_PARAMETER]: isShown ? "hidden" : "shown" })}
          aria-label={isShown ? "Hide histogram" : "Show histogram"}
          rel="nofollow"
        >
          <Icon name="histogram" /> Histogram
        </a>
      </QueryBar>
      {histogram ? (
        <div id="histogram">
          <HistogramChart histogram={histogram} url={url} query={query} />
        </div>
      ) : null}
    </div>
  );
};

const ViewCount: FC<{ counts: Counts | null; statuses: readonly AlertStatus[] }> = ({ counts, statuses }) => {
  if (!counts) return null;
  const matching = counts.data.filter(({ status }) => statuses.includes(status));
  const count = matching.reduce((total, one) => total + one.count, 0);
  return <Count of={{ count, isAtLeast: matching.some(({ isAtLeast }) => isAtLeast) }} />;
};

const AlertsBody: FC<AlertsView> = (view) => {
  const { url, filter, list, groups, names } = view;
  if (groups && filter.grouping) {
    if (groups.data.length === 0) return <NoAlerts {...view} />;
    return <GroupList groups={groups} grouping={filter.grouping} filter={filter} url={url} names={names} />;
  }
  if (filter.error) return <QueryError />;
  if (!list) return null;
  const data = toData(view);
  const rows = data.rows.toSorted(COMPARE[filter.sort]);
  return (
    <div class="triage">
      <div class="triage-list">
        <form method="post" action="/alerts" id="alerts">
          <input type="hidden" name="back" value={new URL(listUrl(url, { cursor: data.cursor }), url).search} />
          <div id="no-alerts" hidden={rows.length > 0}>
            <NoAlerts {...view} />
          </div>
          <div id="triage" hidden={rows.length === 0}>
            <AlertList
              rows={rows}
              context={data.context}
              cursor={null}
              selected={new Set()}
              isAllSelected={false}
              waiting={0}
              now={Date.now()}
            />
          </div>
        </form>
        <MutedNote url={url} filter={filter} muted={list.muted} />
        <Pagination url={url} nextCursor={list.nextCursor} />
      </div>
      <DataBlock id="triage-data" data={data} />
    </div>
  );
};

function toData({ url, caller, filter, list, counts, total, names, histogram }: AlertsView): TriageData {
  const { pathname, search, searchParams } = new URL(url);
  return {
    rows: (list?.data ?? []).map((alert) => withShortLabels(toRow(alert))),
    filter: filter.list,
    counts: counts?.data ?? [],
    stream: streamUrl(filter),
    isPartial: list?.nextCursor !== null,
    cursor: searchParams.get("cursor") ?? undefined,
    user: { id: caller.user.id, name: caller.user.name },
    histogram,
    context: {
      url: pathname + search,
      query: filter.query,
      sort: filter.sort,
      names: Object.fromEntries(names),
      writableTeams: writableTeams(caller),
      total,
    },
  };
}

/** Data for a script, which the browser does not run. */
const DataBlock: FC<{ id: string; data: unknown }> = ({ id, data }) => (
  <script type="application/json" id={id}>
    {raw(JSON.stringify(data).replaceAll("<", String.raw`\u003c`))}
  </script>
);

/** The teams whose alerts the caller may change. */
const writableTeams = (caller: Caller): readonly string[] | "all" =>
  caller.scopes.includes("alerts:write")
    ? "all"
    : caller.teams.filter(({ scopes }) => scopes.includes("alerts:write")).map(({ id }) => id);

/** Says which alerts are missing in the list because of mutes, with a link to them. */
const MutedNote: FC<{ url: string; filter: AlertFilter; muted: { count: number; isAtLeast: boolean } | null }> = ({
  url,
  filter,
  muted,
}) =>
  muted?.count ? (
    <p class="below">
      Not shown:{" "}
      <a href={listUrl(url, { query: withTerm(filter.query, toTerm("muted", "true")) })}>
        <Count of={muted} /> muted {muted.count === 1 ? "alert" : "alerts"}
      </a>
    </p>
  ) : null;
