import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { formatNumber } from "../../lib/text.ts";
import { DecisionBadge } from "../parts/badges.tsx";
import { DecisionReason } from "../parts/decision-reason.tsx";
import { Count } from "../parts/components.tsx";
import { Time } from "../parts/time.tsx";
import { allReasonsUrl, type DeliveryFilter, filterOfReason, toReplayFilter, toSearch } from "./delivery-filter.ts";

/**
 * The reasons of deliveries that failed, or of duplicates, each with its number of deliveries. A reason links to its deliveries. Links to
 * the reasons that are not shown.
 */
export const DeliveryReasons: FC<{
  reasons: Schemas["DeliveryReasons"];
  filter: DeliveryFilter;
  period: string;
  /** As many reasons as one page shows, instead of the most frequent ones. */
  isAll: boolean;
  mayReplay: boolean;
}> = ({ reasons: { data: groups, total, isComplete }, filter, period, isAll, mayReplay }) =>
  groups.length === 0 ? null : (
    <section class="reasons" aria-labelledby="reasons-title">
      <div class="section-head">
        <h2 id="reasons-title">
          Reasons <span class="muted">{period}</span>
        </h2>
        {total <= groups.length ? null : isAll ? (
          <span class="muted">
            the {formatNumber(groups.length)} most frequent of <Count of={{ count: total, isAtLeast: !isComplete }} />
          </span>
        ) : (
          <a href={allReasonsUrl(filter)}>
            All <Count of={{ count: total, isAtLeast: !isComplete }} />
          </a>
        )}
      </div>
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
