/** `/alerts`: what requireScope somebody, live; one or many moved on. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { attempt, dataOf, given, integrationNames } from "../api.ts";
import { type Caller, type Console, may, maySomewhere, type Page } from "../console.ts";
import { type AlertStatus, SEVERITIES, SeverityBadge, StatusBadge, words } from "../parts/badges.tsx";
import { periodOptions } from "../parts/period.ts";
import { Choices, Empty, Head, number, Pages, RejectionClass, Select, withQuery } from "../parts/pieces.tsx";
import { type Done, show, withNotice } from "../parts/shell.tsx";
import { Time } from "../parts/time.tsx";
import { type AlertFilter, filterBody, filterQuery, readFilter, streamUrl, VIEWS } from "./alert-filter.ts";
import { type Form, readForm } from "../parts/form.ts";

type Alert = Schemas["Alert"];
type Counts = Schemas["AlertCounts"];

/** What is said after a move to a status. */
const DONE: Readonly<Record<AlertStatus, Done>> = {
  OPEN: "opened",
  ACKNOWLEDGED: "acknowledged",
  RESOLVED: "resolved",
  CLOSED: "closed",
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
          params: { query: { ...query, status: [...filter.view.statuses], limit: 50, ...given({ cursor }) } },
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
        names={names}
        problem={list.problem}
      />
    );
    return show(c, { title: "Alerts", place: "/alerts" }, content, list.problem ? 400 : 200);
  });

  pages.post("/alerts", async (c) => {
    const form = await readForm(c);
    const status = form.text("status") as AlertStatus;
    const listUrl = listOf(c, form) ?? new URL("/alerts", c.req.url);
    const ids = form.all("alertId");
    const isAll = form.text("all") === "yes";
    if (ids.length === 0 && !isAll)
      return c.redirect(withNotice(listUrl.pathname + listUrl.search, "none-chosen"), 303);
    const whose = isAll ? { filter: filterBody(readFilter(listUrl.href)) } : { ids };
    const result = await dataOf(c.get("api").POST("/v1/alerts/bulk", { body: { ...whose, status } }));
    // 204 has no body: nothing asks for it here.
    const isWhole = result?.results.every(({ outcome }) => outcome === "changed") ?? true;
    return c.redirect(withNotice(listUrl.pathname + listUrl.search, isWhole ? "changed" : "changed-some"), 303);
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
    const list = listOf(c, form);
    return c.redirect(withNotice(list ? list.pathname + list.search : `/alerts/${id}`, DONE[status]), 303);
  });
}

/** The list that a button was pressed in, with its filters; null: it was pressed on another page. */
const listOf = (c: Page, form: Form): URL | null => {
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
  names: ReadonlyMap<string, string>;
  problem: Parameters<typeof RejectionClass>[0]["problem"];
}

const AlertsPage: FC<AlertsView> = (view) => {
  const { url, caller, filter, alerts, nextCursor, counts, names, problem } = view;
  const { search } = new URL(withQuery(url, {}), url);
  return (
    <>
      <Head title="Alerts">
        <button type="button" class="quiet" data-help>
          Keys <kbd>?</kbd>
        </button>
      </Head>
      <nav class="tabs" aria-label="Status" id="views">
        {VIEWS.map(({ id, name, statuses }) => (
          <a
            href={withQuery(url, { view: id === "unresolved" ? undefined : id, cursor: undefined })}
            {...(id === filter.view.id && { "aria-current": "true" as const })}
          >
            {name} <ViewCount counts={counts} statuses={statuses} />
          </a>
        ))}
      </nav>
      <Filters filter={filter} caller={caller} names={names} counts={counts} />
      <RejectionClass problem={problem} />
      <form method="post" action="/alerts" id="alerts" data-live={streamUrl(filter)} data-regions="views alerts">
        <input type="hidden" name="back" value={search} />
        {alerts.length === 0 ? (
          <NoAlerts filter={filter} hasIntegrations={names.size > 0} />
        ) : (
          <>
            {maySomewhere(caller, "alerts:write") ? <Bulk isMore={nextCursor !== null} /> : null}
            <ol class="rows alerts">
              {alerts.map((alert) => (
                <AlertRow
                  alert={alert}
                  name={names.get(alert.integrationId)}
                  mayChange={may(caller, "alerts:write", alert.teamId)}
                />
              ))}
            </ol>
          </>
        )}
        <Pages url={url} nextCursor={nextCursor} />
      </form>
      <KeyboardHelp />
    </>
  );
};

const ViewCount: FC<{ counts: Counts | null; statuses: readonly AlertStatus[] }> = ({ counts, statuses }) => {
  if (!counts) return null;
  const ours = counts.data.filter(({ status }) => statuses.includes(status));
  const sum = ours.reduce((total, { count }) => total + count, 0);
  return (
    <span class="count">
      {number(sum)}
      {ours.some(({ isAtLeast }) => isAtLeast) ? "+" : ""}
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
    <Choices name="severity" legend="Severity" options={words(SEVERITIES.toReversed())} chosen={filter.severities} />
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
      aria-label="Labels, as name=value"
      class="labels"
    />
    <button>Filter</button>
  </form>
);

const Bulk: FC<{ isMore: boolean }> = ({ isMore }) => (
  <div class="bulk">
    <label class="all">
      <input type="checkbox" data-check-all aria-label="Choose all on this page" />
      <span data-chosen>With those chosen</span>
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
    {isMore ? (
      <label>
        <input type="checkbox" name="all" value="yes" /> everything that matches, also beyond this page
      </label>
    ) : null}
  </div>
);

const AlertRow: FC<{ alert: Alert; name: string | undefined; mayChange: boolean }> = ({ alert, name, mayChange }) => (
  <li id={`alert-${alert.id}`} data-row>
    {mayChange ? (
      <input type="checkbox" name="alertId" value={alert.id} aria-label={`Choose: ${alert.title.slice(0, 100)}`} />
    ) : (
      <span />
    )}
    <SeverityBadge severity={alert.severity} />
    <div class="what">
      <a class="title" href={`/alerts/${alert.id}`} dir="auto">
        {alert.title}
      </a>
      <p class="meta">
        {name === undefined ? null : <span dir="auto">{name}</span>}
        {alert.source === null ? null : <span dir="auto">{alert.source}</span>}
        {alert.alertKey === null ? null : (
          <code dir="auto" title={alert.alertKey}>
            {alert.alertKey}
          </code>
        )}
      </p>
    </div>
    <span class="times" title="Occurrences">
      {alert.occurrences > 1 ? `×${number(alert.occurrences)}` : ""}
    </span>
    <span class="when">
      <Time at={alert.lastSeenAt} />
    </span>
    <StatusBadge status={alert.status} />
    {mayChange ? (
      <span class="moves">
        {alert.status === "OPEN" ? <Move alert={alert} to="ACKNOWLEDGED" name="Acknowledge" /> : null}
        {alert.status === "OPEN" || alert.status === "ACKNOWLEDGED" ? (
          <Move alert={alert} to="RESOLVED" name="Resolve" />
        ) : null}
      </span>
    ) : null}
  </li>
);

/** A button of the list's own form that sends to another address: it works without scripts. */
const Move: FC<{ alert: Alert; to: AlertStatus; name: string }> = ({ alert, to, name }) => (
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
  const isNarrow = severities.length + labels.length > 0 || [integrationId, teamId, q, period].some(Boolean);
  if (isNarrow) {
    return (
      <Empty title="Nothing matches.">
        <p>
          <a href="/alerts">Take the filters away</a>
        </p>
      </Empty>
    );
  }
  if (!hasIntegrations) {
    return (
      <Empty title="No source is connected yet.">
        <p>
          <a class="button" href="/integrations/new">
            Connect a source
          </a>
        </p>
      </Empty>
    );
  }
  return <Empty title={filter.view.id === "unresolved" ? "All quiet." : "There are none."} />;
};

const KeyboardHelp: FC = () => (
  <dialog id="keys" aria-labelledby="keys-title">
    <h2 id="keys-title">Keys</h2>
    <dl class="keys">
      {[
        ["j", "next alert"],
        ["k", "the one before"],
        ["Enter", "open it"],
        ["a", "acknowledge it"],
        ["r", "resolve it"],
        ["x", "choose it"],
        ["/", "search"],
        ["?", "these keys"],
      ].map(([key, what]) => (
        <div>
          <dt>
            <kbd>{key}</kbd>
          </dt>
          <dd>{what}</dd>
        </div>
      ))}
    </dl>
    <form method="dialog">
      <button>Close</button>
    </form>
  </dialog>
);
