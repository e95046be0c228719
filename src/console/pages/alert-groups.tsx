/** The alert list in groups: the alerts with the same name, of the same service or integration. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { formatNumber } from "../../lib/text.ts";
import { SEVERITIES, SeverityBadge } from "../parts/badges.tsx";
import { plural } from "../parts/format.ts";
import { Time } from "../parts/time.tsx";
import { listUrl } from "../triage/list-url.ts";
import { toTerm, withTerm } from "../triage/query-text.ts";
import type { AlertFilter, Grouping } from "./alert-filter.ts";

type Groups = Schemas["AlertGroups"];
type Group = Groups["data"][number];

export const GroupList: FC<{
  groups: Groups;
  grouping: Grouping;
  filter: AlertFilter;
  url: string;
  names: ReadonlyMap<string, string>;
}> = ({ groups, grouping, filter, url, names }) => (
  <>
    <ol class="rows groups">
      {groups.data.map((group) => {
        const value = group.key[grouping.key] ?? null;
        return (
          <li data-row>
            <strong class="size">{formatNumber(group.count)}</strong>
            <a class="title" href={groupUrl(group, value, grouping, filter, url)} dir="auto">
              {value === null ? `No ${grouping.name.toLowerCase()}` : (names.get(value) ?? value)}
            </a>
            <span class="marks">
              {severitiesOf(group).map(({ severity, count }) => (
                <span class="severity-count">
                  <SeverityBadge severity={severity} isCompact /> {formatNumber(count)}
                </span>
              ))}
            </span>
            <span class="muted">{acknowledgedText(group)}</span>
            <span class="when">
              <Time at={group.lastSeenAt} />
            </span>
          </li>
        );
      })}
    </ol>
    {groups.isComplete ? null : <p class="muted">Only the newest alerts and the largest groups are counted.</p>}
  </>
);

/** The alerts of a group. Alerts without the label cannot be asked for: the link shows one of them. */
function groupUrl(group: Group, value: string | null, { key }: Grouping, { query }: AlertFilter, url: string): string {
  if (value === null) return `/alerts/${group.exampleId}`;
  const term = toTerm(key === "integrationId" ? "integration" : key, value);
  return listUrl(url, { query: withTerm(query, term), group: undefined, integrationId: undefined });
}

const severitiesOf = ({ counts }: Group) =>
  SEVERITIES.toReversed().flatMap((severity) => {
    const count = counts.filter((one) => one.severity === severity).reduce((sum, one) => sum + one.count, 0);
    return count === 0 ? [] : [{ severity, count }];
  });

function acknowledgedText({ counts }: Group): string {
  const count = counts.filter(({ status }) => status === "ACKNOWLEDGED").reduce((sum, one) => sum + one.count, 0);
  return count === 0 ? "" : `${plural(count, "alert")} acknowledged`;
}
