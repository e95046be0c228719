/** `/alerts/:id`: one alert, everything that happened to it, and every delivery that touched it. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { moveOf } from "../../alerts/status.ts";
import { dataOf, integrationNames } from "../api.ts";
import { type Console, may } from "../console.ts";
import { type AlertStatus, SeverityBadge, StatusBadge, STATUSES, word } from "../parts/badges.tsx";
import { Actor } from "../parts/actor.tsx";
import { Fact, Facts, Head, number } from "../parts/pieces.tsx";
import { show } from "../parts/shell.tsx";
import { Time } from "../parts/time.tsx";
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
    const mayChange = may(c.get("caller"), "alerts:write", alert.teamId);
    return show(
      c,
      { title: alert.title.slice(0, 100), place: "/alerts" },
      <>
        <div
          id="alert"
          data-live={`/v1/timeline/stream?integrationId=${alert.integrationId}`}
          data-regions="alert timeline deliveries"
        >
          <Head title={alert.title} up={{ path: "/alerts", name: "Alerts" }}>
            <span class="marks">
              <SeverityBadge severity={alert.severity} />
              <StatusBadge status={alert.status} />
            </span>
          </Head>
          <AlertFacts alert={alert} name={names.get(alert.integrationId)} />
        </div>
        {mayChange ? <Moves alert={alert} /> : null}
        {alert.description === null ? null : (
          <section>
            <h2>Description</h2>
            <p class="text" dir="auto">
              {alert.description}
            </p>
          </section>
        )}
        <section id="timeline">
          <h2>What happened</h2>
          <ol class="timeline">
            {timeline.data.map((entry) => (
              <TimelineItem entry={entry} />
            ))}
          </ol>
        </section>
        <Metadata metadata={alert.metadata} />
        <section id="deliveries">
          <h2>Deliveries that touched it</h2>
          <DeliveryRows deliveries={deliveries.data} names={names} />
          {deliveries.nextCursor === null ? null : (
            <p>
              <a href={`/deliveries?alertId=${id}`}>All of them</a>
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
      <a href={`/integrations/${alert.integrationId}`}>{name ?? "deleted"}</a>
    </Fact>
    <Fact name="Occurrences">{number(alert.occurrences)}</Fact>
    <Fact name="Triggered">
      <Time at={alert.triggeredAt} />
    </Fact>
    <Fact name="Last seen">
      <Time at={alert.lastSeenAt} />
    </Fact>
    {alert.acknowledgedAt === null ? null : (
      <Fact name="Acknowledged">
        <Time at={alert.acknowledgedAt} />
      </Fact>
    )}
    {alert.resolvedAt === null ? null : (
      <Fact name="Resolved">
        <Time at={alert.resolvedAt} />
      </Fact>
    )}
    {alert.source === null ? null : <Fact name="Source">{alert.source}</Fact>}
    {alert.alertKey === null ? null : (
      <Fact name="Alert key">
        <code>{alert.alertKey}</code>
      </Fact>
    )}
    {alert.externalId === null ? null : (
      <Fact name="Id at the source">
        <code>{alert.externalId}</code>
      </Fact>
    )}
    <Fact name="Link">
      <SourceLink url={alert.url} />
    </Fact>
  </Facts>
);

/** A source may claim anything to be an address: only what a browser opens as a page becomes a link. */
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

const ACTIONS: Readonly<Record<AlertStatus, string>> = {
  ACKNOWLEDGED: "Acknowledge",
  RESOLVED: "Resolve",
  CLOSED: "Close",
  OPEN: "Open again",
};

/** In the order in which somebody works. */
const ORDER: readonly AlertStatus[] = ["ACKNOWLEDGED", "RESOLVED", "CLOSED", "OPEN"];

const Moves: FC<{ alert: Alert }> = ({ alert }) => {
  const moves = ORDER.filter((status) => STATUSES.includes(status) && moveOf(alert.status, status) !== null);
  if (moves.length === 0) return null;
  return (
    <form method="post" action={`/alerts/${alert.id}/status`} class="moves">
      <input name="note" maxlength={2000} placeholder="A note, if you like" aria-label="Note" />
      {moves.map((status, place) => (
        <button name="status" value={status} class={place === 0 ? "" : "quiet"} data-key={ACTION_KEYS[status]}>
          {ACTIONS[status]}
        </button>
      ))}
    </form>
  );
};

const ACTION_KEYS: Partial<Record<AlertStatus, string>> = { ACKNOWLEDGED: "a", RESOLVED: "r" };

const TimelineItem: FC<{ entry: Entry }> = ({ entry }) => (
  <li>
    <span class="when">
      <Time at={entry.occurredAt ?? entry.recordedAt} />
    </span>
    <div>
      <strong>{word(entry.type)}</strong> <Actor id={entry.actor} />
      <Changes changes={entry.changes} />
      {entry.note === null ? null : (
        <p class="note" dir="auto">
          {entry.note}
        </p>
      )}
    </div>
    {entry.deliveryId === null ? null : <a href={`/deliveries/${entry.deliveryId}`}>delivery</a>}
  </li>
);

const Changes: FC<{ changes: Entry["changes"] }> = ({ changes }) => {
  const told = Object.entries(changes as Record<string, { from: unknown; to: unknown }>).filter(
    ([field, { from }]) => field !== "status" && from !== null,
  );
  if (told.length === 0) return null;
  return (
    <span class="muted">{told.map(([field, { from, to }]) => ` · ${field} ${String(from)} → ${String(to)}`)}</span>
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
