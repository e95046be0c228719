import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { DecisionBadge } from "../parts/badges.tsx";
import { formatBytes } from "../parts/format.ts";
import { DecisionReason } from "../parts/decision-reason.tsx";
import { Time } from "../parts/time.tsx";

/** Deliveries with their decisions and reasons. */
export const DeliveryRows: FC<{ deliveries: readonly Schemas["Delivery"][]; names: ReadonlyMap<string, string> }> = ({
  deliveries,
  names,
}) => (
  <ol class="rows deliveries">
    {deliveries.map((delivery) => (
      <li id={`delivery-${delivery.id}`} data-row>
        <DecisionBadge decision={delivery.status} />
        <div class="what">
          <a class="title" href={`/deliveries/${delivery.id}`} dir="auto">
            <DecisionReason text={delivery.reason ?? "no reason recorded"} />
          </a>
          <p class="meta">
            <span dir="auto">{names.get(delivery.integrationId) ?? "deleted integration"}</span>
            {delivery.sourceIp === null ? null : <span>from {delivery.sourceIp}</span>}
            {delivery.replayOf === null ? null : <span>replay</span>}
            <span>response {delivery.statusCode}</span>
          </p>
        </div>
        <span class="occurrences">{delivery.bodyBytes === null ? "" : formatBytes(delivery.bodyBytes)}</span>
        <span class="when">
          <Time at={delivery.receivedAt} />
        </span>
      </li>
    ))}
  </ol>
);
