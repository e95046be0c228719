/** `/alerts/:id`: an alert, its timeline, and its deliveries. Keys and related alerts need the script (client/alert-page.tsx). */
import { raw } from "hono/html";
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { formatNumber } from "../../lib/text.ts";
import { annotationsOf, TextOrLink } from "../alert/annotations.tsx";
import { AlertLabels } from "../alert/labels.tsx";
import { AlertLinks, isWebUrl } from "../alert/links.tsx";
import { isByPerson, Timeline } from "../alert/timeline.tsx";
import { attempt, dataOf, defined, newestNames, listPath, withNamesOf } from "../api.ts";
import { type Console, hasScope, type Page } from "../context.ts";
import { Actor } from "../parts/actor.tsx";
import { SeverityBadge, StatusBadge } from "../parts/badges.tsx";
import { Fact, Facts, PageHead } from "../parts/components.tsx";
import { KeyboardShortcuts } from "../parts/keyboard-shortcuts.tsx";
import { renderPage } from "../parts/layout.tsx";
import { Duration, Time } from "../parts/time.tsx";
import { type LinkedSilence, MAX_LINKED, SilenceLinks } from "../silences/links.tsx";
import { sourceLabels, toRow } from "../triage/rows.ts";
import { AlertActions } from "./alert-actions.tsx";
import { deliveriesUrl } from "./delivery-filter.ts";
import { DeliveryRows } from "./delivery-rows.tsx";

type Alert = Schemas["Alert"];
type Entry = Schemas["TimelineEntry"];

/** Types of entries that people can cause. Sources cause some of them, too. */
const TYPES_BY_PEOPLE: Entry["type"][] = [
  "ACKNOWLEDGED",
  "UNACKNOWLEDGED",
  "RESOLVED",
  "CLOSED",
  "REOPENED",
  "NOTED",
  "SNOOZED",
  "UNSNOOZED",
];

const LIST = { url: "/alerts", query: "" };

export function registerAlert(pages: Console): void {
  pages.get("/alerts/:id", async (c) => {
    const api = c.get("api");
    const path = c.req.param();
    const { older } = c.req.query();
    const timeline = (query: { type?: Entry["type"][]; cursor?: string; limit: number }) =>
      dataOf(api.GET("/v1/alerts/{id}/timeline", { params: { path, query: { ...query, order: "desc" } } }));
    const [alert, latest, byPeople, deliveries, newest] = await Promise.all([
      dataOf(api.GET("/v1/alerts/{id}", { params: { path } })),
      timeline({ limit: 100, ...defined({ cursor: older }) }),
      timeline({ limit: 50, type: TYPES_BY_PEOPLE }),
      dataOf(api.GET("/v1/deliveries", { params: { query: { alertId: path.id, limit: 20 } } })),
      newestNames(c),
    ]);
    const [silences, names] = await Promise.all([silencesOf(c, alert), withNamesOf(c, newest, [alert.integrationId])]);
    const caller = c.get("caller");
    const mayChange = hasScope(caller, "alerts:write", alert.teamId);
    const sourceName = names.get(alert.integrationId);
    const { id, name } = caller.user;
    return renderPage(
      c,
      { title: alert.title.slice(0, 100), section: "/alerts", script: "alerts" },
      <>
        <div class="alert-head">
          <nav class="siblings" id="siblings" aria-label="Alerts of the list" />
          <div
            id="alert"
            data-live={`/v1/timeline/stream?integrationId=${alert.integrationId}`}
            data-alert={alert.id}
            data-regions="alert facts timeline deliveries"
          >
            <PageHead title={alert.title} up={{ path: listPath(c, "/alerts"), name: "Alerts" }}>
              <span class="marks">
                <SeverityBadge severity={alert.severity} />
                <StatusBadge status={alert.status} />
              </span>
            </PageHead>
            <AlertLinks alert={alert} />
          </div>
        </div>
        {mayChange ? <AlertActions alert={alert} /> : null}
        <div class="alert-page">
          <div>
            <FullTitle title={alert.title} />
            {alert.description === null ? null : (
              <section>
                <h2>Description</h2>
                <p class="text" dir="auto">
                  {alert.description}
                </p>
              </section>
            )}
            <AlertTimeline latest={latest.data} byPeople={byPeople.data} sourceName={sourceName}>
              {latest.nextCursor === null ? null : (
                <p>
                  <a href={`/alerts/${alert.id}?older=${encodeURIComponent(latest.nextCursor)}#timeline`}>
                    Older entries
                  </a>
                </p>
              )}
            </AlertTimeline>
            <section id="deliveries">
              <h2>Related deliveries</h2>
              <DeliveryRows deliveries={deliveries.data} />
              {deliveries.nextCursor === null ? null : (
                <p class="below">
                  <a href={deliveriesUrl({ alertId: alert.id })}>All deliveries</a>
                </p>
              )}
            </section>
          </div>
          <aside aria-label="Details">
            <div id="facts">
              <AlertFacts alert={alert} name={sourceName} silences={silences} />
              <h2>Labels</h2>
              <AlertLabels labels={sourceLabels(alert)} context={LIST} />
              <Annotations alert={alert} />
            </div>
            <Metadata metadata={alert.metadata} />
          </aside>
          {/* Last, because a script fills it: nothing below it moves. */}
          <section id="related" hidden />
        </div>
        <script type="application/json" id="alert-data">
          {raw(
            JSON.stringify({ row: toRow(alert), user: { id, name }, mayChange }).replaceAll("<", String.raw`\u003c`),
          )}
        </script>
        <KeyboardShortcuts />
      </>,
    );
  });
}

/** The heading shows this much of a title on a phone. */
const HEADING_CHARS = 150;

const FullTitle: FC<{ title: string }> = ({ title }) =>
  title.length <= HEADING_CHARS ? null : (
    <details class="full-title">
      <summary>Full title</summary>
      <p class="text" dir="auto">
        {title}
      </p>
    </details>
  );

/** The entries of people, then those of the source. */
const AlertTimeline: FC<{
  latest: readonly Entry[];
  byPeople: readonly Entry[];
  sourceName: string | undefined;
  children?: unknown;
}> = ({ latest, byPeople, sourceName, children }) => {
  const people = byPeople.filter(isByPerson);
  const source = latest.filter((entry) => !isByPerson(entry));
  return (
    <section id="timeline">
      <h2>Timeline</h2>
      {people.length === 0 ? null : <Timeline entries={people} sourceName={sourceName} />}
      {people.length === 0 || source.length === 0 ? null : <h3>From the source</h3>}
      <Timeline entries={source} sourceName={sourceName} />
      {children}
    </section>
  );
};

/** The silences that mute an alert. One that has been removed is left out. */
async function silencesOf(c: Page, { silencedBy }: Alert): Promise<LinkedSilence[]> {
  const found = await Promise.all(
    silencedBy
      .slice(0, MAX_LINKED)
      .map((id) => attempt(c.get("api").GET("/v1/silences/{id}", { params: { path: { id } } }))),
  );
  return found.flatMap(({ data }) => data ?? []);
}

const AlertFacts: FC<{ alert: Alert; name: string | undefined; silences: readonly LinkedSilence[] }> = ({
  alert,
  name,
  silences,
}) => (
  <Facts>
    <Fact name="Integration">
      <a href={`/integrations/${alert.integrationId}`}>{name ?? "deleted integration"}</a>
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
    <Fact name={alert.resolvedAt === null ? "Firing for" : "Triggered"}>
      {alert.resolvedAt === null ? <Duration since={alert.triggeredAt} /> : <Time at={alert.triggeredAt} />}
    </Fact>
    <Fact name="Last seen">
      <Time at={alert.lastSeenAt} />
    </Fact>
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
    {alert.silencedBy.length === 0 ? null : (
      <Fact name="Silenced by">
        <SilenceLinks ids={alert.silencedBy} silences={silences} />
      </Fact>
    )}
    <Fact name="Occurrences">{formatNumber(alert.occurrences)}</Fact>
    {alert.source === null ? null : <Fact name="Source">{alert.source}</Fact>}
    {alert.alertKey === null ? null : (
      <Fact name="Alert key">
        <code>{alert.alertKey}</code>
      </Fact>
    )}
    {alert.externalId === null ? null : (
      <Fact name="Source ID">
        <code>{alert.externalId}</code>
      </Fact>
    )}
    {alert.url === null || isWebUrl(alert.url) ? null : (
      <Fact name="URL">
        <code>{alert.url}</code>
      </Fact>
    )}
  </Facts>
);

const Annotations: FC<{ alert: Alert }> = ({ alert }) => {
  const annotations = annotationsOf(alert);
  if (annotations.length === 0) return null;
  return (
    <>
      <h2>Annotations</h2>
      <Facts>
        {annotations.map(([name, text]) => (
          <Fact name={name}>
            <TextOrLink text={text} />
          </Fact>
        ))}
      </Facts>
    </>
  );
};

const Metadata: FC<{ metadata: Alert["metadata"] }> = ({ metadata }) =>
  Object.keys(metadata).length === 0 ? null : (
    <details class="raw">
      <summary>Metadata as JSON</summary>
      <pre tabindex={0} aria-label="Metadata">
        {JSON.stringify(metadata, null, 2)}
      </pre>
    </details>
  );
