/** `/deliveries`: all deliveries with their decisions, and the replay of many. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { attempt, dataOf, defined, integrationNames, type Problem } from "../api.ts";
import { type Caller, type Console, hasScopeSomewhere } from "../context.ts";
import type { Decision } from "../parts/badges.tsx";
import { periodOptions, sinceOf } from "../parts/period.ts";
import { Empty, PageHead, Pagination, ProblemMessage } from "../parts/components.tsx";
import { Select } from "../parts/fields.tsx";
import { formatNumber, sentenceCase } from "../parts/format.ts";
import { renderPage } from "../parts/layout.tsx";
import { DeliveryRows } from "./delivery-rows.tsx";
import { readForm } from "../parts/form.ts";

const DECISIONS: readonly Decision[] = ["ACCEPTED", "DUPLICATE", "REJECTED"];

interface DeliveryFilter {
  status: Decision[];
  integrationId: string | undefined;
  teamId: string | undefined;
  alertId: string | undefined;
  replayOf: string | undefined;
  period: string | undefined;
}

function readFilter(url: string): DeliveryFilter {
  const query = new URL(url).searchParams;
  const text = (name: string) => query.get(name)?.trim() || undefined;
  return {
    status: DECISIONS.filter((decision) => query.getAll("status").includes(decision)),
    integrationId: text("integrationId"),
    teamId: text("teamId"),
    alertId: text("alertId"),
    replayOf: text("replayOf"),
    period: text("period"),
  };
}

export function registerDeliveries(pages: Console): void {
  pages.get("/deliveries", async (c) => {
    const filter = readFilter(c.req.url);
    const { status, period, ...rest } = filter;
    const { cursor } = c.req.query();
    const query = defined({
      ...rest,
      ...(status.length > 0 && { status }),
      since: sinceOf(period),
      cursor: cursor || undefined,
      limit: 50,
    });
    const [list, names] = await Promise.all([
      attempt(c.get("api").GET("/v1/deliveries", { params: { query } })),
      integrationNames(c),
    ]);
    const content = (
      <DeliveriesPage
        url={c.req.url}
        caller={c.get("caller")}
        filter={filter}
        names={names}
        deliveries={list.data?.data ?? []}
        nextCursor={list.data?.nextCursor ?? null}
        problem={list.problem}
      />
    );
    return renderPage(c, { title: "Deliveries", section: "/deliveries" }, content, list.problem ? 400 : 200);
  });

  pages.post("/deliveries/replay", async (c) => {
    const form = await readForm(c);
    const { integrationId, status, period } = readFilter(new URL(`?${form.text("filter")}`, c.req.url).href);
    const cursor = form.text("cursor") || undefined;
    const body = {
      filter: defined({
        integrationId: integrationId ?? "",
        ...(status.length > 0 && { status }),
        since: sinceOf(period),
      }) as Schemas["ReplayFilter"],
      includeUnverified: form.text("includeUnverified") === "yes",
      limit: 50,
      ...defined({ cursor }),
    };
    const result = await dataOf(
      c.get("api").POST("/v1/deliveries/replay", {
        params: { header: { "Idempotency-Key": form.text("key") || crypto.randomUUID() } },
        body,
      }),
    );
    const content = <ReplayResult result={result ?? EMPTY_RESULT} filter={form.text("filter")} body={body} />;
    return renderPage(c, { title: "Replay", section: "/deliveries" }, content);
  });
}

const EMPTY_RESULT: Schemas["BulkReplayResult"] = { results: [], replayed: 0, nextCursor: null };

const DeliveriesPage: FC<{
  url: string;
  caller: Caller;
  filter: DeliveryFilter;
  names: ReadonlyMap<string, string>;
  deliveries: readonly Schemas["Delivery"][];
  nextCursor: string | null;
  problem: Problem | null;
}> = ({ url, caller, filter, names, deliveries, nextCursor, problem }) => (
  <>
    <PageHead title="Deliveries" />
    <form method="get" action="/deliveries" class="filters" role="search" data-submit-on-change>
      <fieldset class="choices">
        <legend>Decision</legend>
        {DECISIONS.map((decision) => (
          <label>
            <input type="checkbox" name="status" value={decision} checked={filter.status.includes(decision)} />
            {sentenceCase(decision)}
          </label>
        ))}
      </fieldset>
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
      {filter.alertId === undefined ? null : <input type="hidden" name="alertId" value={filter.alertId} />}
      {filter.replayOf === undefined ? null : <input type="hidden" name="replayOf" value={filter.replayOf} />}
      <button>Filter</button>
    </form>
    {filter.alertId === undefined && filter.replayOf === undefined ? null : (
      <p class="muted">
        Only {filter.alertId === undefined ? "replays of one delivery" : "deliveries of one alert"}.{" "}
        <a href="/deliveries">Clear filters</a>
      </p>
    )}
    <ProblemMessage problem={problem} />
    {filter.integrationId !== undefined && deliveries.length > 0 && hasScopeSomewhere(caller, "deliveries:replay") ? (
      <ReplayMany url={url} />
    ) : null}
    <div id="list" data-poll data-regions="list">
      {deliveries.length === 0 && !problem ? (
        <Empty title="No deliveries.">
          <p class="muted">Every request to the URL of an integration is listed, rejected ones too.</p>
        </Empty>
      ) : (
        <DeliveryRows deliveries={deliveries} names={names} />
      )}
      <Pagination url={url} nextCursor={nextCursor} />
    </div>
  </>
);

const ReplayMany: FC<{ url: string }> = ({ url }) => (
  <details class="confirm">
    <summary>Replay matching deliveries</summary>
    <form method="post" action="/deliveries/replay">
      <p>
        Each delivery is processed again with the current settings of its integration and stored as a new delivery.
        Oldest first, 50 at a time.
      </p>
      <input type="hidden" name="filter" value={new URL(url).searchParams.toString()} />
      <input type="hidden" name="key" value={crypto.randomUUID()} />
      <label>
        <input type="checkbox" name="includeUnverified" value="yes" /> include unverified deliveries
      </label>
      <button>Replay</button>
    </form>
  </details>
);

const ReplayResult: FC<{
  result: Schemas["BulkReplayResult"];
  filter: string;
  body: Schemas["BulkReplay"];
}> = ({ result, filter, body }) => (
  <>
    <PageHead
      title={`${result.replayed === 1 ? "1 delivery" : `${formatNumber(result.replayed)} deliveries`} replayed`}
      up={{ path: `/deliveries?${filter}`, name: "Deliveries" }}
    />
    {result.nextCursor === null ? null : (
      <form method="post" action="/deliveries/replay">
        <input type="hidden" name="filter" value={filter} />
        <input type="hidden" name="key" value={crypto.randomUUID()} />
        <input type="hidden" name="cursor" value={result.nextCursor} />
        {body.includeUnverified ? <input type="hidden" name="includeUnverified" value="yes" /> : null}
        <p>
          More deliveries match. <button>Replay next 50</button>
        </p>
      </form>
    )}
    <ol class="rows replays">
      {result.results.map(({ deliveryId, outcome, replayId, alerts, detail }) => (
        <li data-row>
          <span class={`badge replay-${outcome}`}>{outcome}</span>
          <div class="what">
            <a class="title" href={`/deliveries/${replayId ?? deliveryId}`}>
              {detail ?? (alerts.map((alert) => alert.outcome).join(", ") || "no events")}
            </a>
            <p class="meta">
              <a href={`/deliveries/${deliveryId}`}>Original delivery</a>
            </p>
          </div>
        </li>
      ))}
    </ol>
  </>
);
