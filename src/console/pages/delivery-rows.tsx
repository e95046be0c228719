import type { FC } from "hono/jsx";
import { capitalize, formatNumber } from "../../lib/text.ts";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { DecisionBadge } from "../parts/badges.tsx";
import { formatBytes, plural } from "../parts/format.ts";
import { DecisionReason } from "../parts/decision-reason.tsx";
import { Time } from "../parts/time.tsx";

type Delivery = Schemas["Delivery"];

interface RowProps {
  delivery: Delivery;
  /** The query of the list from which the link comes, so that the page of the delivery leads back to it. */
  list?: string | undefined;
  isSelectable?: boolean | undefined;
}

/** Deliveries: what each was about, its decision, and what became of it. */
export const DeliveryRows: FC<{ deliveries: readonly Delivery[] } & Omit<RowProps, "delivery">> = ({
  deliveries,
  ...props
}) => (
  <ol class="rows deliveries">
    {deliveries.map((delivery) => (
      <DeliveryRow delivery={delivery} {...props} />
    ))}
  </ol>
);

const DeliveryRow: FC<RowProps> = ({ delivery, list, isSelectable = false }) => {
  const { id, status, statusCode } = delivery;
  return (
    <li id={`delivery-${id}`} data-row>
      {isSelectable ? (
        <label class="select">
          <input type="checkbox" name="id" value={id} form="selection" aria-label={`Select ${textOf(delivery)}`} />
        </label>
      ) : null}
      <DecisionBadge decision={status} />
      <div class="what">
        <a class="title" href={deliveryPath(id, list)} dir="auto">
          <DeliveryTitle delivery={delivery} />
        </a>
      </div>
      <span class="cell" dir="auto">
        {delivery.integrationName ?? "deleted integration"}
      </span>
      <span class="cell">
        <Effect delivery={delivery} />
      </span>
      <span class="code" title="HTTP status of the response">
        {statusCode}
      </span>
      <span class="occurrences">{delivery.bodyBytes === null ? "" : formatBytes(delivery.bodyBytes)}</span>
      <span class="when">
        <Time at={delivery.receivedAt} />
      </span>
    </li>
  );
};

/** What a delivery did, with a link to its alert. */
const Effect: FC<{ delivery: Delivery }> = ({ delivery }) => {
  const { status, alerts, sourceIp, replayOf } = delivery;
  const [alert] = alerts;
  if (status === "REJECTED") return sourceIp === null ? null : <>from {sourceIp}</>;
  const outcomes = `${describeOutcomes(delivery)}${replayOf === null ? "" : ", replay"}`;
  return alert === undefined ? (
    <>{outcomes}</>
  ) : (
    <a href={`/alerts/${alert.id}`} aria-label={`Alert ${alert.title}: ${outcomes}`}>
      {outcomes}
    </a>
  );
};

/** @param list the query of the list to which the page leads back */
export const deliveryPath = (id: string, list = ""): string =>
  `/deliveries/${id}${list === "" ? "" : `?list=${encodeURIComponent(list)}`}`;

/** What a delivery was about: its first alert, or the reason of its rejection. */
export const DeliveryTitle: FC<{ delivery: Delivery }> = ({ delivery }) =>
  delivery.alerts[0] === undefined ? <DecisionReason text={shortReason(delivery)} /> : <>{delivery.alerts[0].title}</>;

/** As plain text. */
export const textOf = (delivery: Delivery): string => delivery.alerts[0]?.title ?? capitalize(shortReason(delivery));

/** The reason without what the decision says already, and without the rules of deduplication. */
function shortReason({ status, reason, events }: Delivery): string {
  if (reason === null) return "no reason recorded";
  return status === "ACCEPTED" && events.length === 0 ? "no events" : reason;
}

const OUTCOMES: Readonly<Record<Delivery["events"][number]["outcome"], string>> = {
  created: "opened",
  repeated: "repeated",
  acknowledged: "acknowledged",
  resolved: "resolved",
  noted: "noted",
  alive: "heartbeat",
  snoozed: "snoozed",
  stale: "stale",
  ignored: "ignored",
  duplicate: "duplicate",
};

/** What became of an event, in a word. */
export const outcomeWord = ({ action, outcome }: Delivery["events"][number]): string =>
  action === null && outcome === "ignored" ? "unreadable" : OUTCOMES[outcome];

/** What became of the events: `opened`, or `3 events: 2 opened, 1 resolved`. */
export function describeOutcomes({ status, events }: Delivery): string {
  if (status === "DUPLICATE") return events.length > 1 ? `${plural(events.length, "event")}, no change` : "no change";
  if (events.length === 0) return "no events";
  const counts = Map.groupBy(events, outcomeWord);
  if (events.length === 1) return [...counts.keys()].join("");
  const parts = [...counts].map(([word, some]) => `${formatNumber(some.length)} ${word}`);
  return `${plural(events.length, "event")}: ${parts.join(", ")}`;
}
