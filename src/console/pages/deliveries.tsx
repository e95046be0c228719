/** `/deliveries`: all deliveries with their decisions, and the reasons of those that failed. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { attempt, defined, newestNames, type Problem, withNamesOf } from "../api.ts";
import { type Caller, type Console, hasScopeSomewhere, type Page } from "../context.ts";
import { Empty, PageHead, Pagination } from "../parts/components.tsx";
import { type ExportFormat, ExportLinks } from "../parts/export-links.tsx";
import { Select } from "../parts/fields.tsx";
import { sentenceCase } from "../parts/format.ts";
import { renderPage } from "../parts/layout.tsx";
import { periodOptions, sinceOf } from "../parts/period.ts";
import {
  DECISIONS,
  type DeliveryFilter,
  isFiltered,
  readDeliveryFilter,
  toApiFilter,
  toReplayFilter,
  toSearch,
} from "./delivery-filter.ts";
import { DeliveryReasons } from "./delivery-reasons.tsx";
import { DeliveryRows } from "./delivery-rows.tsx";

const PAGE_SIZE = 50;

/** The most frequent reasons, above the list. */
const MAX_TOP_REASONS = 6;

/** Reasons on the page with all reasons. */
const MAX_ALL_REASONS = 200;

/** Reasons are grouped within this period when the filter has none. */
const REASONS_PERIOD = "24h";

export function registerDeliveries(pages: Console): void {
  pages.get("/deliveries", async (c) => {
    const filter = readDeliveryFilter(new URL(c.req.url).searchParams);
    const cursor = c.req.query("cursor") || undefined;
    const query = { ...toApiFilter(filter), ...defined({ cursor }), limit: PAGE_SIZE };
    const isAll = c.req.query("reasons") === "all";
    const [list, newest, reasons] = await Promise.all([
      attempt(c.get("api").GET("/v1/deliveries", { params: { query } })),
      newestNames(c),
      cursor === undefined ? loadReasons(c, filter, isAll) : NO_REASONS,
    ]);
    const names = await withNamesOf(c, newest, filter.integrationId === undefined ? [] : [filter.integrationId]);
    const content = (
      <DeliveriesPage
        url={c.req.url}
        caller={c.get("caller")}
        filter={filter}
        names={names}
        reasons={reasons}
        isAll={isAll}
        deliveries={list.data?.data ?? []}
        nextCursor={list.data?.nextCursor ?? null}
        problem={list.problem}
      />
    );
    return renderPage(c, { title: "Deliveries", section: "/deliveries" }, content, list.problem ? 400 : 200);
  });
}

const NO_REASONS: Schemas["DeliveryReasons"] = { data: [], total: 0, isComplete: true };

/** The most frequent reasons, or all; none for the deliveries of one alert, of one original, or of one reason. */
async function loadReasons(c: Page, filter: DeliveryFilter, isAll: boolean): Promise<Schemas["DeliveryReasons"]> {
  const { alertId, replayOf, statusCode, period = REASONS_PERIOD } = filter;
  if (alertId !== undefined || replayOf !== undefined || statusCode.length > 0) return NO_REASONS;
  const query = {
    ...toApiFilter(filter),
    ...defined({ since: sinceOf(period) }),
    limit: isAll ? MAX_ALL_REASONS : MAX_TOP_REASONS,
  };
  const { data } = await attempt(c.get("api").GET("/v1/deliveries/reasons", { params: { query } }));
  return data ?? NO_REASONS;
}

const DeliveriesPage: FC<{
  url: string;
  caller: Caller;
  filter: DeliveryFilter;
  names: ReadonlyMap<string, string>;
  reasons: Schemas["DeliveryReasons"];
  /** Shows all reasons. */
  isAll: boolean;
  deliveries: readonly Schemas["Delivery"][];
  nextCursor: string | null;
  problem: Problem | null;
}> = ({ url, caller, filter, names, reasons, isAll, deliveries, nextCursor, problem }) => {
  const mayReplay = hasScopeSomewhere(caller, "deliveries:replay");
  return (
    <>
      <PageHead title="Deliveries">
        <ExportLinks urlOf={(format) => exportUrl(filter, format)} />
      </PageHead>
      <Filters caller={caller} filter={filter} names={names} problem={problem} />
      <div id="list" data-live="/v1/timeline/stream" data-live-on="entries deliveries" data-regions="list">
        <DeliveryReasons
          reasons={reasons}
          filter={filter}
          period={periodLabel(filter.period ?? REASONS_PERIOD)}
          isAll={isAll}
          mayReplay={mayReplay}
        />
        {deliveries.length === 0 && !problem ? (
          <NoDeliveries isFiltered={isFiltered(filter)} />
        ) : (
          <>
            {mayReplay && deliveries.length > 0 ? <Selection filter={filter} /> : null}
            <DeliveryRows deliveries={deliveries} list={toSearch(filter)} isSelectable={mayReplay} />
          </>
        )}
        <Pagination url={url} nextCursor={nextCursor} />
      </div>
    </>
  );
};

const periodLabel = (period: string): string => (periodOptions.find(([id]) => id === period)?.[1] ?? "").toLowerCase();

function exportUrl(filter: DeliveryFilter, format: ExportFormat): string {
  const search = new URLSearchParams({ format });
  for (const [name, value] of Object.entries(toApiFilter(filter)))
    for (const one of [value].flat()) search.append(name, String(one));
  return `/v1/deliveries/export?${search.toString()}`;
}

const Filters: FC<{
  caller: Caller;
  filter: DeliveryFilter;
  names: ReadonlyMap<string, string>;
  problem: Problem | null;
}> = ({ caller, filter, names, problem }) => (
  <form method="get" action="/deliveries" class="filters delivery-filters" role="search" data-submit-on-change>
    <input
      type="search"
      name="query"
      value={filter.query ?? ""}
      placeholder="Search titles and reasons, or reason:signature statusCode:401"
      aria-label="Search deliveries"
      data-key="/"
      {...(problem && { "aria-invalid": "true", "aria-describedby": "query-problem" })}
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
    <div class="second">
      <fieldset class="choices">
        <legend class="unseen">Decision</legend>
        {DECISIONS.map((decision) => (
          <label>
            <input type="checkbox" name="status" value={decision} checked={filter.status.includes(decision)} />
            {sentenceCase(decision)}
          </label>
        ))}
      </fieldset>
      <Restrictions filter={filter} />
      <button class="quiet without-script">Filter</button>
    </div>
    {filter.alertId === undefined ? null : <input type="hidden" name="alertId" value={filter.alertId} />}
    {filter.replayOf === undefined ? null : <input type="hidden" name="replayOf" value={filter.replayOf} />}
    {problem === null ? null : (
      <p class="invalid" id="query-problem" role="alert">
        {problem.detail}
      </p>
    )}
  </form>
);

/** The parts of the filter that have no field, and a link that clears the filter. */
const Restrictions: FC<{ filter: DeliveryFilter }> = ({ filter }) =>
  isFiltered(filter) ? (
    <p class="chips">
      {filter.alertId === undefined ? null : (
        <a class="chip" href={`/alerts/${filter.alertId}`}>
          <span>only</span> <b>deliveries of one alert</b>
        </a>
      )}
      {filter.replayOf === undefined ? null : (
        <a class="chip" href={`/deliveries/${filter.replayOf}`}>
          <span>only</span> <b>replays of one delivery</b>
        </a>
      )}
      {filter.statusCode.map((code) => (
        <a class="chip" href={`/deliveries?${toSearch({ ...filter, statusCode: [] })}`}>
          <span>status code</span> <b>{code}</b> ×
        </a>
      ))}
      <a href="/deliveries">Clear filters</a>
    </p>
  ) : null;

const NoDeliveries: FC<{ isFiltered: boolean }> = ({ isFiltered: isOfFilter }) =>
  isOfFilter ? (
    <Empty title="No delivery matches.">
      <p>
        <a href="/deliveries">Clear filters</a>
      </p>
    </Empty>
  ) : (
    <Empty title="No deliveries yet.">
      <p class="muted">Every request to the URL of an integration is listed, rejected ones too.</p>
    </Empty>
  );

/** The form that the checkboxes of the rows belong to. */
const Selection: FC<{ filter: DeliveryFilter }> = ({ filter }) => (
  <form id="selection" method="get" action="/deliveries/replay" class="replay-selected">
    <input type="hidden" name="list" value={toSearch(filter)} />
    <button class="quiet">Replay selected…</button>
    {toReplayFilter(filter) === null ? (
      <span class="muted">Choose one integration to replay everything that matches.</span>
    ) : (
      <a href={`/deliveries/replay?${toSearch(filter)}`}>Replay matching deliveries…</a>
    )}
  </form>
);
