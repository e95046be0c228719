/** `/`: the overview of unresolved alerts, deliveries, top alert keys and outboxes. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { DAY, HOUR, MINUTE, toIso } from "../../lib/time.ts";
import { dataOf, integrationNames } from "../api.ts";
import type { Console } from "../context.ts";
import { SEVERITIES, SeverityBadge } from "../parts/badges.tsx";
import { DecisionChart } from "../parts/chart.tsx";
import { Empty, Fact, Facts, PageHead } from "../parts/components.tsx";
import { formatBytes, formatNumber, plural } from "../parts/format.ts";
import { renderPage } from "../parts/layout.tsx";
import { Time } from "../parts/time.tsx";

const RANGES = [
  { id: "1h", name: "1 hour", interval: "minute", length: HOUR },
  { id: "24h", name: "24 hours", interval: "hour", length: DAY },
  { id: "30d", name: "30 days", interval: "day", length: 30 * DAY },
] as const;

export function registerOverview(pages: Console): void {
  pages.get("/", async (c) => {
    const api = c.get("api");
    const range = RANGES.find(({ id }) => id === c.req.query("range")) ?? RANGES[0];
    const since = toIso(Math.floor((Date.now() - range.length) / MINUTE) * MINUTE);
    const [stats, counts, names] = await Promise.all([
      dataOf(api.GET("/v1/stats", { params: { query: { interval: range.interval, since } } })),
      dataOf(api.GET("/v1/alerts/counts", { params: { query: { status: ["OPEN", "ACKNOWLEDGED"] } } })),
      integrationNames(c),
    ]);
    const content =
      names.size === 0 ? (
        <Start />
      ) : (
        <div id="overview" data-poll data-regions="overview">
          <Unresolved counts={counts} />
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
            <DecisionChart stats={stats} />
          </section>
          <TopAlertKeys stats={stats} names={names} />
          <Outboxes stats={stats} names={names} />
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

const Unresolved: FC<{ counts: Schemas["AlertCounts"] }> = ({ counts }) => (
  <section>
    <h2>Unresolved alerts</h2>
    <ul class="tiles">
      {SEVERITIES.toReversed().map((severity) => {
        const matching = counts.data.filter((count) => count.severity === severity);
        const open = matching.find(({ status }) => status === "OPEN");
        const acknowledged = matching.find(({ status }) => status === "ACKNOWLEDGED");
        return (
          <li>
            <a href={`/alerts?severity=${severity}`}>
              <SeverityBadge severity={severity} />
              <strong>
                {formatNumber(open?.count ?? 0)}
                {open?.isAtLeast ? "+" : ""}
              </strong>
              <span class="muted">open, {formatNumber(acknowledged?.count ?? 0)} acknowledged</span>
            </a>
          </li>
        );
      })}
    </ul>
  </section>
);

const TopAlertKeys: FC<{ stats: Schemas["Stats"]; names: ReadonlyMap<string, string> }> = ({ stats, names }) => (
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

const Outboxes: FC<{ stats: Schemas["Stats"]; names: ReadonlyMap<string, string> }> = ({
  stats: { outbox, behind },
  names,
}) => (
  <section>
    <h2>Outbox</h2>
    <Facts>
      <Fact name="Rows">
        {formatNumber(outbox.rows)} ({formatBytes(outbox.bytes)})
      </Fact>
      <Fact name="Oldest row">
        <Time at={outbox.oldestAt} />
      </Fact>
      <Fact name="Flushed in the last minute">{formatNumber(outbox.flushedLastMinute)}</Fact>
      <Fact name="Quarantined">{formatNumber(outbox.quarantined)}</Fact>
    </Facts>
    {behind.length === 0 ? null : (
      <ul class="plain">
        {behind.map(({ integrationId, rows, quarantined, lastError }) => (
          <li>
            <a href={`/integrations/${integrationId}`} dir="auto">
              {names.get(integrationId) ?? integrationId}
            </a>
            : {formatNumber(rows)} in the outbox, {formatNumber(quarantined)} quarantined
            {lastError === null ? "" : `, ${lastError}`}
          </li>
        ))}
      </ul>
    )}
    {outbox.isPartial ? <p class="muted">Some integrations did not answer. The numbers are incomplete.</p> : null}
  </section>
);
