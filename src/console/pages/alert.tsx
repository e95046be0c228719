/** `/alerts/:id`: an alert, its timeline and its deliveries. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { dataOf, integrationNames } from "../api.ts";
import { type Console, hasScope } from "../context.ts";
import { SeverityBadge, StatusBadge } from "../parts/badges.tsx";
import { Actor } from "../parts/actor.tsx";
import { Fact, Facts, PageHead } from "../parts/components.tsx";
import { formatNumber, sentenceCase } from "../parts/format.ts";
import { renderPage } from "../parts/layout.tsx";
import { Time } from "../parts/time.tsx";
import { AlertActions } from "./alert-actions.tsx";
import { DeliveryRows } from "./delivery-rows.tsx";

type Alert = Schemas["Alert"];
type Entry = Schemas["TimelineEntry"];

export function registerAlert(pages: Console): void {
  pages.get("/alerts/:id", async (c) => {
    const api = c.get("api");
    const { id } = c.req.param();
    const [alert, timeline, deliveries, names] = await Promise.all([
      dataOf(api.GET("/v1/alerts/{id}", { params: { path: { id } } })),
      dataOf(api.GET("/v1/alerts/{id}/timeline", { params: { path: { id }, query: { limit: 200 } } })),
      dataOf(api.GET("/v1/deliveries", { params: { query: { alertId: id, limit: 50 } } })),
      integrationNames(c),
    ]);
    const mayChange = hasScope(c.get("caller"), "alerts:write", alert.teamId);
    return renderPage(
      c,
      { title: alert.title.slice(0, 100), section: "/alerts" },
      <>
        <div
          id="alert"
          data-live={`/v1/timeline/stream?integrationId=${alert.integrationId}`}
          data-alert={alert.id}
          data-regions="alert timeline deliveries"
        >
          <PageHead title={alert.title} up={{ path: "/alerts", name: "Alerts" }}>
            <span class="marks">
              <SeverityBadge severity={alert.severity} />
              <StatusBadge status={alert.status} />
            </span>
          </PageHead>
          <AlertFacts alert={alert} name={names.get(alert.integrationId)} />
        </div>
        {mayChange ? <AlertActions alert={alert} /> : null}
        {alert.description === null ? null : (
          <section>
            <h2>Description</h2>
            <p class="text" dir="auto">
              {alert.description}
            </p>
          </section>
        )}
        <section id="timeline">
          <h2>Timeline</h2>
          <ol class="timeline">
            {timeline.data.map((entry) => (
              <TimelineItem entry={entry} />
            ))}
          </ol>
        </section>
        <Metadata metadata={alert.metadata} />
        <section id="deliveries">
          <h2>Deliveries</h2>
          <DeliveryRows deliveries={deliveries.data} list={`alertId=${id}`} />
          {deliveries.nextCursor === null ? null : (
            <p>
              <a href={`/deliveries?alertId=${id}`}>All deliveries</a>
            </p>
          )}
        </section>
      </>,
    );
  });
}

const AlertFacts: FC<{ alert: Alert; name: string | undefined }> = ({ alert, name }) => (
  <Facts>
    <Fact name="Integration">
      <a href={`/integrations/${alert.integrationId}`}>{name ?? "deleted integration"}</a>
    </Fact>
    <Fact name="Occurrences">{formatNumber(alert.occurrences)}</Fact>
    <Fact name="Triggered">
      <Time at={alert.triggeredAt} />
    </Fact>
    <Fact name="Last seen">
      <Time at={alert.lastSeenAt} />
    </Fact>
    {alert.acknowledgedAt === null ? null : (
      <Fact name="Acknowledged">
        <Time at={alert.acknowledgedAt} />
        {alert.acknowledgedBy === null ? null : (
          <>
            {" "}
            <Actor actor={alert.acknowledgedBy} />
          </>
        )}
      </Fact>
    )}
    {alert.resolvedAt === null ? null : (
      <Fact name="Resolved">
        <Time at={alert.resolvedAt} />
      </Fact>
    )}
    {alert.snoozedUntil === null ? null : (
      <Fact name={Date.parse(alert.snoozedUntil) > Date.now() ? "Snoozed until" : "Snooze ended"}>
        <Time at={alert.snoozedUntil} />
      </Fact>
    )}
    {alert.source === null ? null : <Fact name="Source">{alert.source}</Fact>}
    {alert.alertKey === null ? null : (
      <Fact name="Alert key">
        <code>{alert.alertKey}</code>
      </Fact>
    )}
    {alert.externalId === null ? null : (
      <Fact name="External ID">
        <code>{alert.externalId}</code>
      </Fact>
    )}
    <Fact name="URL">
      <SourceLink url={alert.url} />
    </Fact>
  </Facts>
);

/** Links only http and https: a source can send any text as the URL. */
const SourceLink: FC<{ url: string | null }> = ({ url }) => {
  if (url === null) return <span class="muted">–</span>;
  const { protocol, host } = URL.parse(url) ?? {};
  if (protocol !== "https:" && protocol !== "http:") return <code>{url}</code>;
  return (
    <a href={url} rel="noreferrer" title={url}>
      {host}
    </a>
  );
};

const TimelineItem: FC<{ entry: Entry }> = ({ entry }) => (
  <li>
    <span class="when">
      <Time at={entry.occurredAt ?? entry.recordedAt} />
    </span>
    <div>
      <strong>{sentenceCase(entry.type)}</strong> <Actor actor={entry.actor} />
      <SnoozeEnd changes={entry.changes} />
      <Changes changes={entry.changes} />
      {entry.note === null ? null : (
        <p class="note" dir="auto">
          {entry.note}
        </p>
      )}
    </div>
    {entry.deliveryId === null ? null : <a href={`/deliveries/${entry.deliveryId}`}>Delivery</a>}
  </li>
);

/** Until when an entry snoozes the alert. */
const SnoozeEnd: FC<{ changes: Entry["changes"] }> = ({ changes }) => {
  const { to } = (changes.snoozedUntil ?? {}) as { to?: string | null };
  return to ? (
    <span class="muted">
      {" "}
      until <Time at={to} />
    </span>
  ) : null;
};

const Changes: FC<{ changes: Entry["changes"] }> = ({ changes }) => {
  const shown = Object.entries(changes as Record<string, { from: unknown; to: unknown }>).filter(
    ([field, { from }]) => field !== "status" && field !== "snoozedUntil" && from !== null,
  );
  if (shown.length === 0) return null;
  return (
    <span class="muted">{shown.map(([field, { from, to }]) => ` · ${field} ${String(from)} → ${String(to)}`)}</span>
  );
};

const Metadata: FC<{ metadata: Alert["metadata"] }> = ({ metadata }) => {
  const entries = Object.entries(metadata);
  if (entries.length === 0) return null;
  return (
    <section>
      <h2>Metadata</h2>
      <Facts>
        {entries.map(([name, value]) => (
          <Fact name={name}>
            {typeof value === "object" && value !== null ? <code>{JSON.stringify(value)}</code> : String(value)}
          </Fact>
        ))}
      </Facts>
    </section>
  );
};
