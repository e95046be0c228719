/** `/`: how things stand. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { DAY, HOUR, MINUTE, toIso } from "../../lib/time.ts";
import { dataOf, integrationNames } from "../api.ts";
import type { Console } from "../console.ts";
import { SEVERITIES, SeverityBadge } from "../parts/badges.tsx";
import { OutcomeChart } from "../parts/chart.tsx";
import { Empty, Fact, Facts, Head, number, size } from "../parts/pieces.tsx";
import { show } from "../parts/shell.tsx";
import { Time } from "../parts/time.tsx";

const RANGES = [
  { id: "1h", name: "Hour", interval: "minute", length: HOUR },
  { id: "24h", name: "Day", interval: "hour", length: DAY },
  { id: "30d", name: "30 days", interval: "day", length: 30 * DAY },
] as const;

type Range = (typeof RANGES)[number];

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
        <div id="overview" data-poll="10000" data-regions="overview">
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
            <OutcomeChart stats={stats} />
          </section>
          <Noisiest stats={stats} names={names} range={range} />
          <Backlog stats={stats} names={names} />
        </div>
      );
    return show(
      c,
      { title: "Overview", place: "/" },
      <>
        <Head title="Overview" />
        {content}
      </>,
    );
  });
}

const Start: FC = () => (
  <Empty title="Connect the first source.">
    <p class="muted">Pick it from the catalogue, paste a URL and a secret into it, and watch its first alert arrive.</p>
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
        const ours = counts.data.filter((count) => count.severity === severity);
        const open = ours.find(({ status }) => status === "OPEN");
        const acknowledged = ours.find(({ status }) => status === "ACKNOWLEDGED");
        return (
          <li>
            <a href={`/alerts?severity=${severity}`}>
              <SeverityBadge severity={severity} />
              <strong>
                {number(open?.count ?? 0)}
                {open?.isAtLeast ? "+" : ""}
              </strong>
              <span class="muted">open, {number(acknowledged?.count ?? 0)} acknowledged</span>
            </a>
          </li>
        );
      })}
    </ul>
  </section>
);

const Noisiest: FC<{ stats: Schemas["Stats"]; names: ReadonlyMap<string, string>; range: Range }> = ({
  stats,
  names,
  range,
}) => (
  <section>
    <h2>Noisiest</h2>
    {stats.noisiest.length === 0 ? (
      <p class="muted">No alert was triggered in this {range.name.toLowerCase()}.</p>
    ) : (
      <ol class="rows noisy">
        {stats.noisiest.map(({ alertId, integrationId, alertKey, title, alerts, occurrences }) => (
          <li data-row>
            <span class="times">×{number(occurrences)}</span>
            <div class="what">
              <a class="title" href={`/alerts/${alertId}`} dir="auto">
                {title}
              </a>
              <p class="meta">
                <span dir="auto">{names.get(integrationId) ?? "a deleted integration"}</span>
                {alertKey === null ? null : <code dir="auto">{alertKey}</code>}
                <span>{alerts === 1 ? "one alert" : `${number(alerts)} alerts`}</span>
              </p>
            </div>
          </li>
        ))}
      </ol>
    )}
  </section>
);

const Backlog: FC<{ stats: Schemas["Stats"]; names: ReadonlyMap<string, string> }> = ({
  stats: { outbox, behind },
  names,
}) => (
  <section>
    <h2>On the way to Postgres</h2>
    <Facts>
      <Fact name="Waiting">
        {number(outbox.rows)} rows, {size(outbox.bytes)}
      </Fact>
      <Fact name="The oldest">
        <Time at={outbox.oldestAt} />
      </Fact>
      <Fact name="Flushed in a minute">{number(outbox.flushedLastMinute)}</Fact>
      <Fact name="Set aside">{number(outbox.quarantined)}</Fact>
    </Facts>
    {behind.length === 0 ? null : (
      <ul class="plain">
        {behind.map(({ integrationId, rows, quarantined, lastError }) => (
          <li>
            <a href={`/integrations/${integrationId}`} dir="auto">
              {names.get(integrationId) ?? integrationId}
            </a>
            : {number(rows)} waiting, {number(quarantined)} set aside{lastError === null ? "" : `, ${lastError}`}
          </li>
        ))}
      </ul>
    )}
    {outbox.isPartial ? <p class="muted">Not every integration answered.</p> : null}
  </section>
);
