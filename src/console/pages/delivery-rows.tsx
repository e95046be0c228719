import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { OutcomeBadge } from "../parts/badges.tsx";
import { size } from "../parts/pieces.tsx";
import { Reason } from "../parts/reason.tsx";
import { Time } from "../parts/time.tsx";

/** Deliveries, one a line: what became of each, and why in words. */
export const DeliveryRows: FC<{ deliveries: readonly Schemas["Delivery"][]; names: ReadonlyMap<string, string> }> = ({
  deliveries,
  names,
}) => (
  <ol class="rows deliveries">
    {deliveries.map((delivery) => (
      <li id={`delivery-${delivery.id}`} data-row>
        <OutcomeBadge outcome={delivery.status} />
        <div class="what">
          <a class="title" href={`/deliveries/${delivery.id}`} dir="auto">
            <Reason text={delivery.reason ?? "no reason was recorded"} />
          </a>
          <p class="meta">
            <span dir="auto">{names.get(delivery.integrationId) ?? "a deleted integration"}</span>
            {delivery.sourceIp === null ? null : <span>from {delivery.sourceIp}</span>}
            {delivery.replayOf === null ? null : <span>a replay</span>}
            <span>answered {delivery.statusCode}</span>
          </p>
        </div>
        <span class="times">{delivery.bodyBytes === null ? "" : size(delivery.bodyBytes)}</span>
        <span class="when">
          <Time at={delivery.receivedAt} />
        </span>
      </li>
    ))}
  </ol>
);
