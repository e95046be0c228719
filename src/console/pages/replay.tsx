/** `/deliveries/replay`: the preview of a replay of many deliveries, and its result. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { formatNumber } from "../../lib/text.ts";
import { attempt, dataOf, defined, type Problem } from "../api.ts";
import type { Console, Page } from "../context.ts";
import { DecisionBadge, SeverityBadge } from "../parts/badges.tsx";
import { Empty, PageHead, ProblemMessage } from "../parts/components.tsx";
import { DecisionReason } from "../parts/decision-reason.tsx";
import { readForm } from "../parts/form.ts";
import { plural, sentenceCase } from "../parts/format.ts";
import { renderPage } from "../parts/layout.tsx";
import { Time } from "../parts/time.tsx";
import { readDeliveryFilter, toReplayFilter, toSearch } from "./delivery-filter.ts";
import { deliveryPath } from "./delivery-rows.tsx";

/** Deliveries of one request: the page shows the result of each. */
const BATCH = 50;

const MAX_IDS = 100;

/** What to replay: some deliveries, or those of a filter. */
interface Selection {
  ids: string[];
  /** Null: it names no integration, and only `ids` count. */
  filter: Schemas["ReplayFilter"] | null;
  /** The query of the address. */
  search: string;
  /** The query of the list to which the page leads back. */
  list: string;
}

function readSelection(search: string): Selection {
  const query = new URLSearchParams(search);
  const filter = readDeliveryFilter(query);
  const ids = query.getAll("id").slice(0, MAX_IDS);
  return {
    ids,
    filter: ids.length > 0 ? null : toReplayFilter(filter),
    search: query.toString(),
    list: query.get("list") ?? toSearch(filter),
  };
}

/** The selection as the API takes it; null: nothing is selected. */
const toBody = ({ ids, filter }: Selection) => (ids.length > 0 ? { ids } : filter && { filter });

export function registerReplay(pages: Console): void {
  pages.get("/deliveries/replay", async (c) => {
    const selection = readSelection(new URL(c.req.url).search);
    const body = toBody(selection);
    if (!body) return showNothing(c, selection);
    const { data, problem } = await attempt(
      c.get("api").POST("/v1/deliveries/replay/preview", { body: { ...body, limit: BATCH } }),
    );
    return renderPage(
      c,
      { title: "Replay", section: "/deliveries" },
      <Preview selection={selection} previews={data} problem={problem} />,
      problem ? 400 : 200,
    );
  });

  pages.post("/deliveries/replay", async (c) => {
    const form = await readForm(c);
    const selection = readSelection(form.text("selection"));
    const body = toBody(selection);
    if (!body) return showNothing(c, selection);
    const includeUnverified = form.text("includeUnverified") === "yes";
    const result = await dataOf(
      c.get("api").POST("/v1/deliveries/replay", {
        params: { header: { "Idempotency-Key": form.text("key") || crypto.randomUUID() } },
        body: { ...body, includeUnverified, limit: BATCH, ...defined({ cursor: form.text("cursor") || undefined }) },
      }),
    );
    const content = (
      <Result result={result ?? EMPTY_RESULT} selection={selection} includeUnverified={includeUnverified} />
    );
    return renderPage(c, { title: "Replay", section: "/deliveries" }, content);
  });
}

const EMPTY_RESULT: Schemas["BulkReplayResult"] = { results: [], replayed: 0, nextCursor: null };

const upTo = ({ list }: Selection) => ({ path: `/deliveries?${list}`, name: "Deliveries" });

const showNothing = (c: Page, selection: Selection) =>
  renderPage(
    c,
    { title: "Replay", section: "/deliveries" },
    <>
      <PageHead title="Replay" up={upTo(selection)} />
      <Empty title="No delivery selected.">
        <p class="muted">Select deliveries in the list, or filter it by one integration.</p>
      </Empty>
    </>,
    400,
  );

const Preview: FC<{
  selection: Selection;
  previews: Schemas["ReplayPreviews"] | null;
  problem: Problem | null;
}> = ({ selection, previews, problem }) => (
  <>
    <PageHead title="Replay" up={upTo(selection)} />
    <ProblemMessage problem={problem} />
    {previews === null ? null : previews.results.length === 0 ? (
      <Empty title="No delivery to replay.">
        <p class="muted">Deliveries without a complete body cannot be replayed.</p>
      </Empty>
    ) : (
      <>
        <form method="post" action="/deliveries/replay" class="form replay">
          <input type="hidden" name="selection" value={selection.search} />
          <input type="hidden" name="key" value={crypto.randomUUID()} />
          <p>
            <strong>
              {formatNumber(previews.readable)} of {plural(previews.results.length, "delivery", "deliveries")} can be
              read with the current settings.
            </strong>{" "}
            Each becomes a new delivery
            {selection.filter === null ? "." : `, the oldest first, ${BATCH} at a time.`}
          </p>
          <p class="buttons">
            <button>Replay</button>
            <label>
              <input type="checkbox" name="includeUnverified" value="yes" /> Include unverified deliveries
            </label>
          </p>
        </form>
        <PreviewRows results={previews.results} list={selection.list} />
      </>
    )}
  </>
);

/** What the current settings, or those of a preview, make of deliveries. */
export const PreviewRows: FC<{ results: Schemas["ReplayPreviews"]["results"]; list?: string }> = ({
  results,
  list = "",
}) => (
  <ol class="rows previews">
    {results.map(({ deliveryId, receivedAt, status, isReadable, reason, events, eventCount }) => {
      const [first] = events;
      return (
        <li data-row>
          <DecisionBadge decision={status} />
          <span class={isReadable ? "badge good" : "badge bad"}>{isReadable ? "now read" : "not read"}</span>
          <div class="what">
            <a class="title" href={deliveryPath(deliveryId, list)} dir="auto">
              {first ? first.title : <DecisionReason text={reason ?? "no events"} />}
            </a>
            {first ? (
              <p class="meta">
                <span>{eventCount === 1 ? first.action : plural(eventCount, "event")}</span>
                {first.alertKey === null ? null : <span>{first.alertKey}</span>}
              </p>
            ) : null}
          </div>
          {first ? <SeverityBadge severity={first.severity} /> : null}
          <span class="when">
            <Time at={receivedAt} />
          </span>
        </li>
      );
    })}
  </ol>
);

const Result: FC<{
  result: Schemas["BulkReplayResult"];
  selection: Selection;
  includeUnverified: boolean;
}> = ({ result, selection, includeUnverified }) => {
  const skipped = result.results.length - result.replayed;
  return (
    <>
      <PageHead title={`${plural(result.replayed, "delivery", "deliveries")} replayed`} up={upTo(selection)} />
      {skipped === 0 ? null : <p>{plural(skipped, "delivery", "deliveries")} skipped.</p>}
      {result.nextCursor === null ? null : (
        <form method="post" action="/deliveries/replay">
          <input type="hidden" name="selection" value={selection.search} />
          <input type="hidden" name="key" value={crypto.randomUUID()} />
          <input type="hidden" name="cursor" value={result.nextCursor} />
          {includeUnverified ? <input type="hidden" name="includeUnverified" value="yes" /> : null}
          <p>
            More deliveries match. <button>Replay next {BATCH}</button>
          </p>
        </form>
      )}
      <ol class="rows replays">
        {result.results.map(({ deliveryId, outcome, replayId, alerts, detail }) => (
          <li data-row>
            <span class={`badge replay-${outcome}`}>{sentenceCase(outcome)}</span>
            <div class="what">
              <a class="title" href={deliveryPath(replayId ?? deliveryId, selection.list)}>
                {detail ?? (alerts.map((alert) => alert.outcome).join(", ") || "no events")}
              </a>
              <p class="meta">
                <a href={deliveryPath(deliveryId, selection.list)}>Original delivery</a>
              </p>
            </div>
          </li>
        ))}
      </ol>
    </>
  );
};
