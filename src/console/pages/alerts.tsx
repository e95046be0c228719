/** `/alerts`: the live alert list, and status changes of one or many alerts. */
import type { FC } from "hono/jsx";
import { ownerName } from "../parts/owner-name.ts";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { attempt, dataOf, defined, integrationNames } from "../api.ts";
import { type Caller, type Console, hasScope, hasScopeSomewhere, type Page } from "../context.ts";
import { type AlertStatus, SEVERITIES, SeverityBadge, StatusBadge, STATUSES } from "../parts/badges.tsx";
import { periodOptions } from "../parts/period.ts";
import { Count, Empty, PageHead, Pagination, ProblemMessage } from "../parts/components.tsx";
import { CheckboxGroup, Select } from "../parts/fields.tsx";
import { enumOptions, formatNumber } from "../parts/format.ts";
import { withQuery } from "../parts/url.ts";
import { KeyboardShortcuts } from "../parts/keyboard-shortcuts.tsx";
import { renderPage } from "../parts/layout.tsx";
import { type CountedFlash, type Flash, withCountedFlash, withFlash } from "../parts/flash.tsx";
import { Time } from "../parts/time.tsx";
import { type AlertFilter, filterBody, filterQuery, readFilter, streamUrl, VIEWS } from "./alert-filter.ts";
import { type Form, readForm } from "../parts/form.ts";

type Alert = Schemas["Alert"];
type Counts = Schemas["AlertCounts"];

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
    const api = c.get("api");
    const filter = readFilter(c.req.url);
    const query = filterQuery(filter);
    const { cursor } = c.req.query();
    const [list, counts, names] = await Promise.all([
      attempt(
        api.GET("/v1/alerts", {
          params: { query: { ...query, status: [...filter.view.statuses], limit: 50, ...defined({ cursor }) } },
        }),
      ),
      attempt(api.GET("/v1/alerts/counts", { params: { query } })),
      integrationNames(c),
    ]);
    const content = (
      <AlertsPage
        url={c.req.url}
        caller={c.get("caller")}
        filter={filter}
        alerts={list.data?.data ?? []}
        nextCursor={list.data?.nextCursor ?? null}
        counts={counts.data}
        muted={list.data?.muted ?? null}
        names={names}
        problem={list.problem}
      />
    );
    return renderPage(c, { title: "Alerts", section: "/alerts" }, content, list.problem ? 400 : 200);
  });

  pages.post("/alerts", async (c) => {
    const form = await readForm(c);
    const status = form.text("status") as AlertStatus;
    const listUrl = readListUrl(c, form) ?? new URL("/alerts", c.req.url);
    const ids = form.all("alertId");
    const isAll = form.text("all") === "yes";
    if (ids.length === 0 && !isAll)
      return c.redirect(withFlash(listUrl.pathname + listUrl.search, "none-selected"), 303);
    const selection = isAll ? { filter: filterBody(readFilter(listUrl.href)) } : { ids };
    const result = await dataOf(c.get("api").POST("/v1/alerts/bulk", { body: { ...selection, status } }));
    // The type allows an empty body for `Prefer: return=minimal`, which this call does not send.
    const { changed = 0, results = [] } = result ?? {};
    const path = listUrl.pathname + listUrl.search;
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
    const listUrl = readListUrl(c, form);
    return c.redirect(withFlash(listUrl ? listUrl.pathname + listUrl.search : `/alerts/${id}`, FLASH[status]), 303);
  });
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
  alerts: readonly Alert[];
  nextCursor: string | null;
  counts: Counts | null;
  /** The muted alerts that the list leaves out. */
  muted: { count: number; isAtLeast: boolean } | null;
  names: ReadonlyMap<string, string>;
  problem: Parameters<typeof ProblemMessage>[0]["problem"];
}

const AlertsPage: FC<AlertsView> = (view) => {
  const { url, caller, filter, alerts, nextCursor, counts, muted, names, problem } = view;
  const { search } = new URL(withQuery(url, {}), url);
  return (
    <>
      <PageHead title="Alerts">
        <button type="button" class="quiet" data-help>
          Shortcuts <kbd>?</kbd>
        </button>
      </PageHead>
      <nav class="tabs" aria-label="Status" id="views">
        {VIEWS.map(({ id, name, statuses }) => (
          <a
            href={withQuery(url, { view: id === "unresolved" ? undefined : id, cursor: undefined })}
            {...(id === filter.view.id && { "aria-current": "true" as const })}
            data-count-statuses={statuses.join(" ")}
          >
            {name} <ViewCount counts={counts} statuses={statuses} />
          </a>
        ))}
      </nav>
      <Filters filter={filter} caller={caller} names={names} counts={counts} />
      <ProblemMessage problem={problem} />
      <form
        method="post"
        action="/alerts"
        id="alerts"
        data-live={streamUrl(filter)}
        data-regions="views alerts"
        data-statuses={filter.view.statuses.join(" ")}
        data-severities={filter.severities.join(" ") || "all"}
        data-muted={String(filter.isMuted)}
        data-writable-teams={writableTeams(caller)}
        data-cursor={new URL(url).searchParams.get("cursor") ?? undefined}
      >
        <input type="hidden" name="back" value={search} />
        <div data-if-empty="yes" hidden={alerts.length > 0}>
          <NoAlerts filter={filter} hasIntegrations={names.size > 0} />
        </div>
        <div data-if-empty="no" hidden={alerts.length === 0}>
          {hasScopeSomewhere(caller, "alerts:write") ? <Bulk hasMore={nextCursor !== null} /> : null}
          <ol class="rows alerts">
            {alerts.map((alert) => (
              <AlertRow
                alert={alert}
                name={names.get(alert.integrationId)}
                mayChange={hasScope(caller, "alerts:write", alert.teamId)}
              />
            ))}
          </ol>
        </div>
        <MutedNote url={url} isMuted={filter.isMuted} muted={muted} />
        <Pagination url={url} nextCursor={nextCursor} />
      </form>
      <RowTemplate />
      <KeyboardShortcuts />
    </>
  );
};

/** Says which alerts are missing in the list because of mutes, with a link to them. */
const MutedNote: FC<{ url: string; isMuted: boolean; muted: AlertsView["muted"] }> = ({ url, isMuted, muted }) => {
  if (isMuted) {
    return (
      <p>
        Only muted alerts. <a href={withQuery(url, { muted: undefined, cursor: undefined })}>Show the others</a>
      </p>
    );
  }
  if (!muted?.count) return null;
  return (
    <p>
      Not shown:{" "}
      <a href={withQuery(url, { muted: "true", cursor: undefined })}>
        <Count of={muted} /> muted {muted.count === 1 ? "alert" : "alerts"}
      </a>
    </p>
  );
};

/** The teams whose alerts the caller may change, as public/assets/alert-rows.js reads them. */
const writableTeams = (caller: Caller): string =>
  caller.scopes.includes("alerts:write")
    ? "all"
    : caller.teams
        .filter(({ scopes }) => scopes.includes("alerts:write"))
        .map(({ id }) => id)
        .join(" ");

/** A row with every part, and every badge. public/assets/alert-rows.js fills a copy of it for an entry of the live connection. */
const RowTemplate: FC = () => (
  <template id="alert-row">
    <AlertRow alert={PLACEHOLDER} name="" mayChange />
    <div id="parts">
      {SEVERITIES.map((severity) => (
        <SeverityBadge severity={severity} />
      ))}
      {STATUSES.map((status) => (
        <StatusBadge status={status} />
      ))}
    </div>
  </template>
);

const PLACEHOLDER: Parameters<typeof AlertRow>[0]["alert"] = {
  id: "",
  title: "",
  severity: "INFO",
  status: "OPEN",
  source: "",
  alertKey: "",
  acknowledgedBy: { type: "source", id: null, name: null },
  occurrences: 1,
  triggeredAt: new Date(0).toISOString(),
  lastSeenAt: new Date(0).toISOString(),
  version: 0,
};

const ViewCount: FC<{ counts: Counts | null; statuses: readonly AlertStatus[] }> = ({ counts, statuses }) => {
  if (!counts) return null;
  const matching = counts.data.filter(({ status }) => statuses.includes(status));
  const sum = matching.reduce((total, { count }) => total + count, 0);
  return (
    <span class="count">
      {formatNumber(sum)}
      {matching.some(({ isAtLeast }) => isAtLeast) ? "+" : ""}
    </span>
  );
};

const Filters: FC<{
  filter: AlertFilter;
  caller: Caller;
  names: ReadonlyMap<string, string>;
  counts: Counts | null;
}> = ({ filter, caller, names }) => (
  <form method="get" action="/alerts" class="filters" role="search" data-submit-on-change>
    {filter.view.id === "unresolved" ? null : <input type="hidden" name="view" value={filter.view.id} />}
    <input
      type="search"
      name="q"
      value={filter.q ?? ""}
      placeholder="Search titles and descriptions"
      aria-label="Search titles and descriptions"
      data-key="/"
    />
    <CheckboxGroup
      name="severity"
      legend="Severity"
      options={enumOptions(SEVERITIES.toReversed())}
      checked={filter.severities}
    />
    <Select
      name="integrationId"
      label="Integration"
      value={filter.integrationId}
      options={[["", "All integrations"], ...names]}
    />
    {caller.teams.length > 1 ? (
      <Select
        name="teamId"
        label="Team"
        value={filter.teamId}
        options={[["", "All teams"], ...caller.teams.map(({ id, name }) => [id, name] as const)]}
      />
    ) : null}
    <Select name="period" label="Time" value={filter.period} options={periodOptions} />
    <input
      type="text"
      name="label"
      value={filter.labels.join(" ")}
      placeholder="label=value"
      aria-label="Labels (name=value)"
      class="labels"
    />
    <button>Filter</button>
  </form>
);

const Bulk: FC<{ hasMore: boolean }> = ({ hasMore }) => (
  <div class="bulk">
    <label class="all">
      <input type="checkbox" data-check-all aria-label="Select all on this page" />
      <span data-selected>Selected</span>
    </label>
    <button name="status" value="ACKNOWLEDGED">
      Acknowledge
    </button>
    <button name="status" value="RESOLVED">
      Resolve
    </button>
    <button name="status" value="CLOSED">
      Close
    </button>
    {hasMore ? (
      <label>
        <input type="checkbox" name="all" value="yes" /> all matching alerts, on all pages
      </label>
    ) : null}
  </div>
);

type RowFields =
  | "id"
  | "title"
  | "severity"
  | "status"
  | "source"
  | "alertKey"
  | "acknowledgedBy"
  | "occurrences"
  | "triggeredAt"
  | "lastSeenAt"
  | "version";

const AlertRow: FC<{ alert: Pick<Alert, RowFields>; name: string | undefined; mayChange: boolean }> = ({
  alert,
  name,
  mayChange,
}) => (
  <li id={`alert-${alert.id}`} data-row data-version={alert.version} data-at={Date.parse(alert.triggeredAt)}>
    {mayChange ? (
      <input type="checkbox" name="alertId" value={alert.id} aria-label={`Select: ${alert.title.slice(0, 100)}`} />
    ) : (
      <span />
    )}
    <SeverityBadge severity={alert.severity} />
    <div class="what">
      <a class="title" href={`/alerts/${alert.id}`} dir="auto">
        {alert.title}
      </a>
      <p class="meta">
        {name === undefined ? null : (
          <span dir="auto" data-field="integration">
            {name}
          </span>
        )}
        {alert.source === null ? null : (
          <span dir="auto" data-field="source">
            {alert.source}
          </span>
        )}
        {alert.alertKey === null ? null : (
          <code dir="auto" title={alert.alertKey} data-field="alertKey">
            {alert.alertKey}
          </code>
        )}
        {alert.acknowledgedBy === null ? null : (
          <span dir="auto" title="Acknowledged by" data-field="owner">
            {ownerName(alert.acknowledgedBy)}
          </span>
        )}
      </p>
    </div>
    <span class="occurrences" title="Occurrences">
      {alert.occurrences > 1 ? `×${formatNumber(alert.occurrences)}` : ""}
    </span>
    <span class="when">
      <Time at={alert.lastSeenAt} />
    </span>
    <StatusBadge status={alert.status} />
    {mayChange ? (
      <span class="actions">
        {alert.status === "OPEN" ? <StatusButton alert={alert} to="ACKNOWLEDGED" name="Acknowledge" /> : null}
        {alert.status === "OPEN" || alert.status === "ACKNOWLEDGED" ? (
          <StatusButton alert={alert} to="RESOLVED" name="Resolve" />
        ) : null}
      </span>
    ) : null}
  </li>
);

/** Posts the form of the list to the URL of one alert, so that it works without scripts. */
const StatusButton: FC<{ alert: Pick<Alert, "id" | "title">; to: AlertStatus; name: string }> = ({
  alert,
  to,
  name,
}) => (
  <button
    class="quiet"
    name="status"
    value={to}
    formaction={`/alerts/${alert.id}/status`}
    aria-label={`${name}: ${alert.title.slice(0, 100)}`}
  >
    {name}
  </button>
);

const NoAlerts: FC<{ filter: AlertFilter; hasIntegrations: boolean }> = ({ filter, hasIntegrations }) => {
  const { severities, integrationId, teamId, q, labels, period } = filter;
  const isFiltered = severities.length + labels.length > 0 || [integrationId, teamId, q, period].some(Boolean);
  if (isFiltered) {
    return (
      <Empty title="No matching alerts.">
        <p>
          <a href="/alerts">Clear filters</a>
        </p>
      </Empty>
    );
  }
  if (!hasIntegrations) {
    return (
      <Empty title="No integrations yet.">
        <p>
          <a class="button" href="/integrations/new">
            Connect a source
          </a>
        </p>
      </Empty>
    );
  }
  return <Empty title={filter.view.id === "unresolved" ? "No unresolved alerts." : "No alerts."} />;
};
