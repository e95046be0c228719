import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { formatNumber } from "../../lib/text.ts";
import { DecisionBadge } from "../parts/badges.tsx";
import { DecisionReason } from "../parts/decision-reason.tsx";
import { Time } from "../parts/time.tsx";
import { type DeliveryFilter, filterOfReason, toReplayFilter, toSearch } from "./delivery-filter.ts";

type Group = Schemas["DeliveryReasons"]["data"][number];

/** The reasons of rejected or duplicate deliveries, each with its number of deliveries. A reason links to its deliveries. */
export const DeliveryReasons: FC<{
  groups: readonly Group[];
  filter: DeliveryFilter;
  period: string;
  mayReplay: boolean;
}> = ({ groups, filter, period, mayReplay }) =>
  groups.length === 0 ? null : (
    <section class="reasons" aria-labelledby="reasons-title">
      <h2 id="reasons-title">
        Reasons <span class="muted">{period}</span>
      </h2>
      <ol class="rows">
        {groups.map((group) => {
          const deliveries = filterOfReason(filter, group);
          const isReplayable = mayReplay && toReplayFilter(deliveries) !== null;
          return (
            <li>
              <span class="occurrences">{formatNumber(group.count)} ×</span>
              <div class="what">
                <a class="title" href={`/deliveries?${toSearch(deliveries)}`} dir="auto">
                  <DecisionReason text={group.reason ?? "no reason recorded"} />
                </a>
              </div>
              {group.status === "REJECTED" ? null : <DecisionBadge decision={group.status} />}
              <span class="code" title="HTTP status of the response">
                {group.statusCode}
              </span>
              <span class="since">
                since <Time at={group.firstReceivedAt} />
              </span>
              <span class="when">
                last <Time at={group.lastReceivedAt} />
              </span>
              {isReplayable ? <a href={`/deliveries/replay?${toSearch(deliveries)}`}>Replay…</a> : null}
            </li>
          );
        })}
      </ol>
    </section>
  );
