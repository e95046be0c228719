/** Timeline entries, the latest first. The Worker and the browser render them. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { formatNumber } from "../../lib/text.ts";
import { sentenceCase } from "../parts/format.ts";
import { Time } from "../parts/time.tsx";
import { type Folded, foldRepeats } from "./fold.ts";

type Entry = Schemas["TimelineEntry"];

export const Timeline: FC<{ entries: readonly Entry[]; sourceName: string | undefined }> = ({
  entries,
  sourceName,
}) => (
  <ol class="timeline">
    {foldRepeats(entries).map((folded) => (
      <TimelineItem folded={folded} sourceName={sourceName} />
    ))}
  </ol>
);

/** Times are those of arrival: sources repeat old times. The time at the source is beside them if it differs. */
const TimelineItem: FC<{ folded: Folded; sourceName: string | undefined }> = ({ folded, sourceName }) => {
  const { entry, since, count } = folded;
  return (
    <li class={isByPerson(entry) ? "by-person" : undefined}>
      <span class="when">
        <Time at={entry.recordedAt} />
      </span>
      <div>
        {count === 1 ? (
          <>
            <strong>{sentenceCase(entry.type)}</strong>{" "}
            <span class="muted">
              {actorText(entry.actor, sourceName)}
              <AtSource entry={entry} />
            </span>
          </>
        ) : (
          <>
            <strong>
              {sentenceCase(entry.type)} {formatNumber(count)} times
            </strong>{" "}
            <span class="muted">
              {actorText(entry.actor, sourceName)}, since <Time at={since} />
            </span>
          </>
        )}
        <SnoozeEnd changes={entry.changes} />
        {count === 1 ? <Changes changes={entry.changes} /> : null}
        {entry.note === null ? null : (
          <p class="note" dir="auto">
            {entry.note}
          </p>
        )}
      </div>
      {entry.deliveryId === null ? null : <a href={`/deliveries/${entry.deliveryId}`}>Delivery</a>}
    </li>
  );
};

export const isByPerson = ({ actor }: Pick<Entry, "actor">): boolean =>
  actor.type === "user" || actor.type === "apiKey" || (actor.type === "source" && actor.name !== null);

function actorText({ type, id, name }: Entry["actor"], sourceName = "the source"): string {
  if (type === "source") return name === null ? `by ${sourceName}` : `by ${name} in ${sourceName}`;
  if (type === "system") return "automatically";
  if (type === "apiKey") return id === "root" ? "with the root key" : `with API key ${name ?? id?.slice(-6) ?? ""}`;
  return `by ${name ?? `user ${id?.slice(-6) ?? ""}`}`;
}

/** A source may repeat the time at which an alert began, hours ago. */
const NEAR_MS = 60_000;

const AtSource: FC<{ entry: Entry }> = ({ entry: { occurredAt, recordedAt } }) =>
  occurredAt === null || Math.abs(Date.parse(recordedAt) - Date.parse(occurredAt)) < NEAR_MS ? null : (
    <>
      , dated <Time at={occurredAt} />
    </>
  );

/** Until when an entry snoozes the alert. */
const SnoozeEnd: FC<{ changes: Entry["changes"] }> = ({ changes }) => {
  const { to } = (changes["snoozedUntil"] ?? {}) as { to?: string | null };
  return to ? (
    <span class="muted">
      {" "}
      until <Time at={to} />
    </span>
  ) : null;
};

/** Fields whose change the type of the entry says already. */
const IMPLIED = new Set(["status", "snoozedUntil", "occurrences"]);

/** A severity as the rest of the page writes it. */
const valueText = (field: string, value: unknown): string =>
  field === "severity" ? sentenceCase(String(value)) : String(value);

const Changes: FC<{ changes: Entry["changes"] }> = ({ changes }) => {
  const shown = Object.entries(changes as Record<string, { from: unknown; to: unknown }>).filter(
    ([field, { from }]) => !IMPLIED.has(field) && from !== null,
  );
  if (shown.length === 0) return null;
  return (
    <span class="muted">
      {shown.map(([field, { from, to }]) => ` · ${field} ${valueText(field, from)} → ${valueText(field, to)}`)}
    </span>
  );
};
