/** `/`: what needs attention now: open critical alerts, numbers by severity, what fails, and the deliveries. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { DAY, HOUR, MINUTE, toIso } from "../../lib/time.ts";
import { formatNumber } from "../../lib/text.ts";
import { attempt, dataOf, type Names, newestNames, withNamesOf } from "../api.ts";
import type { Console, Page } from "../context.ts";
import { type Fault, findFaults, FAILURES_PERIOD } from "../overview/faults.ts";
import { SEVERITIES, SeverityBadge } from "../parts/badges.tsx";
import { DecisionChart } from "../parts/chart.tsx";
import { Count, Empty, PageHead } from "../parts/components.tsx";
import { formatBytes, plural } from "../parts/format.ts";
import { Icon } from "../parts/icons.tsx";
import { renderPage } from "../parts/layout.tsx";
import { sinceOf } from "../parts/period.ts";
import { Duration, Time } from "../parts/time.tsx";
import { alertsUrl } from "../triage/list-url.ts";
import { allReasonsUrl } from "./delivery-filter.ts";

type Stats = Schemas["Stats"];

const RANGES = [
  { id: "1h", name: "1 hour", interval: "minute", length: HOUR },
  { id: "24h", name: "24 hours", interval: "hour", length: DAY },
  { id: "30d", name: "30 days", interval: "day", length: 30 * DAY },
] as const;

const MAX_CRITICALS = 5;
const MAX_REASONS = 5;
const MAX_SUBSCRIPTIONS = 100;

/** Integrations that a fault names. */
const MAX_NAMED = 3;

export function registerOverview(pages: Console): void {
  pages.get("/", async (c) => {
    const range = RANGES.find(({ id }) => id === c.req.query("range")) ?? RANGES[0];
    const { stats, counts, criticals, names, faults, reasons } = await loadOverview(c, range);
    const content =
      names.size === 0 ? (
        <Start />
      ) : (
        <div
          id="overview"
          data-live="/v1/timeline/stream"
          data-live-on="entries muting deliveries subscriptions"
          data-regions="overview"
        >
          <Severities counts={counts} />
          <Criticals alerts={criticals} counts={counts} names={names} />
          <Faults faults={faults} reasons={reasons} isPartial={stats.outbox.isPartial} />
          <section>
            <div class="section-head">
              <h2>Deliveries</h2>
              <nav class="tabs small" aria-label="Time">
                {RANGES.map(({ id, name }) => (
                  <a href={`/?range=${id}`} {...(id === range.id && { "aria-current": "true" as const })}>
                    {name}
                  </a>
                ))}
              </nav>
            </div>
            <DecisionChart stats={stats} list="/deliveries" />
            <Outbox outbox={stats.outbox} />
          </section>
          <TopAlertKeys stats={stats} names={names} />
        </div>
      );
    return renderPage(
      c,
      { title: "Overview", section: "/" },
      <>
        <PageHead title="Overview" />
        {content}
      </>,
    );
  });
}

async function loadOverview(c: Page, { interval, length }: (typeof RANGES)[number]) {
  const api = c.get("api");
  const now = Date.now();
  const since = toIso(Math.floor((now - length) / MINUTE) * MINUTE);
  const failures = { since: sinceOf(FAILURES_PERIOD) ?? since, limit: MAX_REASONS };
  const [stats, counts, criticals, reasons, subscriptions, newest] = await Promise.all([
    dataOf(api.GET("/v1/stats", { params: { query: { interval, since } } })),
    dataOf(api.GET("/v1/alerts/counts", { params: { query: { status: ["OPEN", "ACKNOWLEDGED"] } } })),
    dataOf(
      api.GET("/v1/alerts", {
        params: { query: { status: ["OPEN"], severity: ["CRITICAL"], sort: "severity", limit: MAX_CRITICALS } },
      }),
    ),
    dataOf(api.GET("/v1/deliveries/reasons", { params: { query: failures } })),
    attempt(api.GET("/v1/subscriptions", { params: { query: { include: "state", limit: MAX_SUBSCRIPTIONS } } })),
    newestNames(c),
  ]);
  const names = await withNamesOf(c, newest, [
    ...criticals.data.map(({ integrationId }) => integrationId),
    ...reasons.data.flatMap(({ integrationIds }) => integrationIds.slice(0, MAX_NAMED)),
    ...stats.missedHeartbeats,
    ...[...stats.behind, ...(stats.topAlertKeys ?? [])].map(({ integrationId }) => integrationId),
  ]);
  const faults = findFaults({
    stats,
    reasons: reasons.data,
    subscriptions: subscriptions.data?.data ?? [],
    names,
    now,
  });
  return { stats, counts, criticals: criticals.data, names, faults, reasons };
}

const Start: FC = () => (
  <Empty title="Connect the first source.">
    <p class="muted">Pick it from the catalog, paste a URL and a secret into it, and watch its first alert arrive.</p>
    <p>
      <a class="button" href="/integrations/new">
        Connect a source
      </a>
    </p>
  </Empty>
);

/** Open and acknowledged alerts by severity, and those that are muted. */
const Severities: FC<{ counts: Schemas["AlertCounts"] }> = ({ counts }) => (
  <section aria-label="Unresolved alerts">
    <ul class="tiles">
      {SEVERITIES.toReversed().map((severity) => {
        const of = { severity: severity.toLowerCase() };
        const acknowledged = countOf(counts, severity, "ACKNOWLEDGED");
        return (
          <li>
            <SeverityBadge severity={severity} />
            <a href={alertsUrl(of, "open")}>
              <Count of={countOf(counts, severity, "OPEN")} /> open
            </a>
            {acknowledged.count === 0 ? null : (
              <a class="muted" href={alertsUrl(of, "acknowledged")}>
                <Count of={acknowledged} /> acknowledged
              </a>
            )}
          </li>
        );
      })}
      <li>
        <span class="badge">
          <Icon name="silences" /> Muted
        </span>
        <a href={alertsUrl({ muted: "true" })}>
          <Count of={counts.muted} /> unresolved
        </a>
      </li>
    </ul>
  </section>
);

const countOf = (
  { data }: Schemas["AlertCounts"],
  severity: Schemas["Alert"]["severity"],
  status: Schemas["Alert"]["status"],
): { count: number; isAtLeast: boolean } =>
  data.find((one) => one.severity === severity && one.status === status) ?? { count: 0, isAtLeast: false };

const Criticals: FC<{ alerts: readonly Schemas["Alert"][]; counts: Schemas["AlertCounts"]; names: Names }> = ({
  alerts,
  counts,
  names,
}) => {
  const total = countOf(counts, "CRITICAL", "OPEN");
  return (
    <section>
      <div class="section-head">
        <h2>Open critical alerts</h2>
        {alerts.length === 0 ? null : (
          <a href={alertsUrl({ severity: "critical" }, "open")}>
            All <Count of={total} />
          </a>
        )}
      </div>
      {alerts.length === 0 ? (
        <p class="calm">
          <Icon name="check" /> No open critical alerts.
        </p>
      ) : (
        <ol class="rows">
          {alerts.map(({ id, integrationId, title, severity, occurrences, triggeredAt, lastSeenAt }) => (
            <li id={`critical-${id}`} data-row class="one-line">
              <SeverityBadge severity={severity} isCompact />
              <a class="title" href={`/alerts/${id}`} dir="auto" title={title}>
                {title}
              </a>
              <span class="muted from" dir="auto">
                {names.get(integrationId) ?? ""}
              </span>
              <span class="occurrences" title="Occurrences">
                {occurrences > 1 ? `×${formatNumber(occurrences)}` : ""}
              </span>
              <span class="when">
                for <Duration since={triggeredAt} />
              </span>
              <span class="when">
                <Time at={lastSeenAt} />
              </span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
};

const Faults: FC<{ faults: readonly Fault[]; reasons: Schemas["DeliveryReasons"]; isPartial: boolean }> = ({
  faults,
  reasons: { data, total, isComplete },
  isPartial,
}) => (
  <section>
    <div class="section-head">
      <h2>
        What fails <span class="muted">failed deliveries of the last 24 hours</span>
      </h2>
      {total <= data.length ? null : (
        <a href={allReasonsUrl({ period: FAILURES_PERIOD })}>
          All <Count of={{ count: total, isAtLeast: !isComplete }} /> reasons
        </a>
      )}
    </div>
    {faults.length === 0 ? (
      <p class="calm">
        <Icon name="check" /> Every source delivers, and every subscription is sent.
      </p>
    ) : (
      <ol class="rows faults">
        {faults.map(({ title, concerns, advice, url, since }) => (
          <li data-row>
            <span class="badge bad" />
            <div class="what">
              <a class="title" href={url} dir="auto">
                {title}
              </a>
              <p class="advice">
                <Concerns of={concerns} />: {advice}
              </p>
            </div>
            {since === null ? null : (
              <span class="when">
                for <Duration since={since} />
              </span>
            )}
          </li>
        ))}
      </ol>
    )}
    {isPartial ? <p class="muted">Some integrations did not respond: this list may be incomplete.</p> : null}
  </section>
);

/** What a fault is about: the names, as links. */
const Concerns: FC<{ of: Fault["concerns"] }> = ({ of }) => (
  <>
    {of.slice(0, MAX_NAMED).map(({ name, url }, index) => (
      <>
        {index === 0 ? "" : ", "}
        <bdi>{url === null ? name : <a href={url}>{name}</a>}</bdi>
      </>
    ))}
    {of.length > MAX_NAMED ? ` and ${formatNumber(of.length - MAX_NAMED)} more` : ""}
  </>
);

/** The way of accepted rows to Postgres, in one line. */
const Outbox: FC<{ outbox: Stats["outbox"] }> = ({ outbox }) => (
  <p class="muted below">
    Outbox: {plural(outbox.rows, "row")} ({formatBytes(outbox.bytes)}), {formatNumber(outbox.flushedLastMinute)} flushed
    in the last minute.
  </p>
);

const TopAlertKeys: FC<{ stats: Stats; names: Names }> = ({ stats, names }) => (
  <section>
    <h2>Top alert keys</h2>
    {!stats.topAlertKeys?.length ? (
      <p class="muted">No alerts in this period.</p>
    ) : (
      <ol class="rows top-keys">
        {stats.topAlertKeys.map(({ alertId, integrationId, alertKey, title, alerts, occurrences }) => (
          <li data-row>
            <span class="occurrences">×{formatNumber(occurrences)}</span>
            <div class="what">
              <a class="title" href={`/alerts/${alertId}`} dir="auto">
                {title}
              </a>
              <p class="meta">
                <span dir="auto">{names.get(integrationId) ?? "deleted integration"}</span>
                {alertKey === null ? null : <code dir="auto">{alertKey}</code>}
                <span>{plural(alerts, "alert")}</span>
              </p>
            </div>
          </li>
        ))}
      </ol>
    )}
  </section>
);
