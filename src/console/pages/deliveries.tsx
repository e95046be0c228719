/** `/deliveries`: every request that reached an integration, and what became of it; many replayed at once. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { attempt, dataOf, given, integrationNames, type Problem } from "../api.ts";
import { type Caller, type Console, maySomewhere } from "../console.ts";
import { type Outcome, word } from "../parts/badges.tsx";
import { periodOptions, sinceOf } from "../parts/period.ts";
import { Empty, Head, number, Pages, RejectionClass, Select } from "../parts/pieces.tsx";
import { show } from "../parts/shell.tsx";
import { DeliveryRows } from "./delivery-rows.tsx";
import { readForm } from "../parts/form.ts";

const OUTCOMES: readonly Outcome[] = ["ACCEPTED", "DUPLICATE", "REJECTED"];

interface DeliveryFilter {
  status: Outcome[];
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
    status: OUTCOMES.filter((outcome) => query.getAll("status").includes(outcome)),
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
    const query = given({
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
    return show(c, { title: "Deliveries", place: "/deliveries" }, content, list.problem ? 400 : 200);
  });

  pages.post("/deliveries/replay", async (c) => {
    const form = await readForm(c);
    const { integrationId, status, period } = readFilter(new URL(`?${form.text("filter")}`, c.req.url).href);
    const cursor = form.text("cursor") || undefined;
    const body = {
      filter: given({
        integrationId: integrationId ?? "",
        ...(status.length > 0 && { status }),
        since: sinceOf(period),
      }) as Schemas["ReplayFilter"],
      includeUnverified: form.text("includeUnverified") === "yes",
      limit: 50,
      ...given({ cursor }),
    };
    const result = await dataOf(
      c.get("api").POST("/v1/deliveries/replay", {
        params: { header: { "Idempotency-Key": form.text("key") || crypto.randomUUID() } },
        body,
      }),
    );
    const content = <ReplayResult result={result ?? NOTHING} filter={form.text("filter")} body={body} />;
    return show(c, { title: "Replayed", place: "/deliveries" }, content);
  });
}

const NOTHING: Schemas["BulkReplayResult"] = { results: [], replayed: 0, nextCursor: null };

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
    <Head title="Deliveries" />
    <form method="get" action="/deliveries" class="filters" role="search" data-submit-on-change>
      <fieldset class="choices">
        <legend>Outcome</legend>
        {OUTCOMES.map((outcome) => (
          <label>
            <input type="checkbox" name="status" value={outcome} checked={filter.status.includes(outcome)} />
            {word(outcome)}
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
        Only {filter.alertId === undefined ? "replays of one delivery" : "those with an event for one alert"}.{" "}
        <a href="/deliveries">Show all</a>
      </p>
    )}
    <RejectionClass problem={problem} />
    {filter.integrationId !== undefined && deliveries.length > 0 && maySomewhere(caller, "deliveries:replay") ? (
      <ReplayMany url={url} />
    ) : null}
    <div id="list" data-poll="5000" data-regions="list">
      {deliveries.length === 0 && !problem ? (
        <Empty title="No deliveries here.">
          <p class="muted">Whatever includesTeam an integration's URL is listed, also what was refused.</p>
        </Empty>
      ) : (
        <DeliveryRows deliveries={deliveries} names={names} />
      )}
      <Pages url={url} nextCursor={nextCursor} />
    </div>
  </>
);

const ReplayMany: FC<{ url: string }> = ({ url }) => (
  <details class="deliberate">
    <summary>Replay all that match</summary>
    <form method="post" action="/deliveries/replay">
      <p>
        Each is read as its integration reads now and handed over as a new delivery, the oldest first, fifty at a time.
      </p>
      <input type="hidden" name="filter" value={new URL(url).searchParams.toString()} />
      <input type="hidden" name="key" value={crypto.randomUUID()} />
      <label>
        <input type="checkbox" name="includeUnverified" value="yes" /> also those that nobody proved to have sent
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
    <Head title={`${number(result.replayed)} replayed`} up={{ path: `/deliveries?${filter}`, name: "Deliveries" }} />
    {result.nextCursor === null ? null : (
      <form method="post" action="/deliveries/replay">
        <input type="hidden" name="filter" value={filter} />
        <input type="hidden" name="key" value={crypto.randomUUID()} />
        <input type="hidden" name="cursor" value={result.nextCursor} />
        {body.includeUnverified ? <input type="hidden" name="includeUnverified" value="yes" /> : null}
        <p>
          There are more. <button>Replay the next fifty</button>
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
              <a href={`/deliveries/${deliveryId}`}>the original</a>
            </p>
          </div>
        </li>
      ))}
    </ol>
  </>
);
