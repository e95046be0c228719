/** What a delivery was about, and what became of each of its events. */
import type { FC } from "hono/jsx";
import { capitalize, formatNumber } from "../../lib/text.ts";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { SeverityBadge, StatusBadge } from "../parts/badges.tsx";
import { AlertLink, Copyable, Fact, Facts, MAX_ROWS, MoreRows } from "../parts/components.tsx";
import { DecisionReason } from "../parts/decision-reason.tsx";
import { plural, sentenceCase } from "../parts/format.ts";
import { ExactTime, Time } from "../parts/time.tsx";
import { deliveryPath, describeOutcomes, outcomeWord, textOf } from "./delivery-rows.tsx";

type Delivery = Schemas["Delivery"];

/** @param original the delivery that this one replays; null: none, or it has expired */
export const About: FC<{ delivery: Delivery; original: Delivery | null; list: string }> = ({
  delivery,
  original,
  list,
}) => {
  const { integrationId, integrationName, status, statusCode, reason, alerts, receivedAt, sourceIp } = delivery;
  const { windowEndsAt } = delivery.decision as { windowEndsAt?: string };
  const [alert] = alerts;
  return (
    <Facts>
      <Fact name="Integration">
        <a href={`/integrations/${integrationId}`}>{integrationName ?? "deleted integration"}</a>
      </Fact>
      <Fact name="Result">
        {status === "REJECTED" ? "rejected" : describeOutcomes(delivery)}, answered HTTP {statusCode}
      </Fact>
      {alert === undefined ? null : (
        <Fact name={alerts.length === 1 ? "Alert" : `First of ${formatNumber(alerts.length)} alerts`}>
          <AlertLink {...alert} /> <SeverityBadge severity={alert.severity} isCompact />{" "}
          <StatusBadge status={alert.status} />
        </Fact>
      )}
      {reason === null || capitalize(reason) === textOf(delivery) ? null : (
        <Fact name="Reason">
          <DecisionReason text={reason} />
        </Fact>
      )}
      {delivery.duplicateOf === null ? null : (
        <Fact name="Duplicate of">
          <a href={deliveryPath(delivery.duplicateOf, list)}>first delivery</a>
          {windowEndsAt === undefined ? null : (
            <>
              ; repeats are duplicates until <ExactTime at={windowEndsAt} />
            </>
          )}
        </Fact>
      )}
      {delivery.replayOf === null ? null : (
        <Fact name="Replay of">
          {original === null ? (
            "a delivery that has expired"
          ) : (
            <a href={deliveryPath(original.id, list)} dir="auto">
              {textOf(original)}
            </a>
          )}
        </Fact>
      )}
      <Fact name="Received">
        <ExactTime at={receivedAt} /> (<Time at={receivedAt} />){sourceIp === null ? "" : ` from ${sourceIp}`}
      </Fact>
    </Facts>
  );
};

/** Each event with its effect, and the alert that it changed. */
export const EventOutcomes: FC<{ delivery: Delivery }> = ({ delivery: { events, alerts } }) => {
  const byId = new Map(alerts.map((alert) => [alert.id, alert]));
  return (
    <section aria-labelledby="events-title">
      <h2 id="events-title">
        Events <span class="muted">{events.length === 0 ? "none" : plural(events.length, "event")}</span>
      </h2>
      {events.length === 0 ? <p class="muted">No alert in this delivery.</p> : null}
      <ol class="rows outcomes">
        {events.slice(0, MAX_ROWS).map((event) => {
          const { alertId, action, outcome, detail } = event;
          const alert = alertId === null ? undefined : byId.get(alertId);
          const kind = action === null ? "Event" : sentenceCase(action.toUpperCase());
          return (
            <li>
              <span class={`badge outcome-${outcome}`}>{outcomeWord(event)}</span>
              <div class="what">
                {alertId === null ? (
                  <span class="title">{kind}</span>
                ) : (
                  <a class="title" href={`/alerts/${alertId}`} dir="auto">
                    {alert?.title ?? `alert ${alertId.slice(-6)}`}
                  </a>
                )}
                <p class="meta">
                  {alertId === null ? null : <span>{kind}</span>}
                  {detail === undefined ? null : <span dir="auto">{detail}</span>}
                </p>
              </div>
              {alert ? (
                <span class="marks">
                  <SeverityBadge severity={alert.severity} />
                  <StatusBadge status={alert.status} />
                </span>
              ) : null}
            </li>
          );
        })}
      </ol>
      <MoreRows total={events.length} name="events" />
    </section>
  );
};

/** The ids of a delivery, and what its repeats have in common. */
export const Identifiers: FC<{ delivery: Delivery }> = ({ delivery: { id, idempotencyKey, contentFingerprint } }) => (
  <section>
    <h2>Identifiers</h2>
    <Facts>
      <Fact name="ID">
        <Copyable text={id} name="ID" />
      </Fact>
      {idempotencyKey === null ? null : (
        <Fact name="Idempotency key">
          <code>{idempotencyKey}</code>
        </Fact>
      )}
      {contentFingerprint === null ? null : (
        <Fact name="Content fingerprint">
          <code>{contentFingerprint}</code>
        </Fact>
      )}
    </Facts>
  </section>
);
