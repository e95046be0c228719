import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { SeverityBadge } from "./badges.tsx";
import { Fact, Facts, MAX_ROWS, MoreRows } from "./components.tsx";
import { ExactTime } from "./time.tsx";

/** The normalized events and comments of a dry run, with its notes and unreadable events. */
export const DryRunEvents: FC<{ result: Schemas["DryRunResult"] }> = ({ result }) => {
  const { comments, unreadable, note, decision } = result;
  const events = [...result.events, ...comments];
  return (
    <div class="events">
      {events.length === 0 ? <p class="muted">{decision.reason}</p> : null}
      {events.slice(0, MAX_ROWS).map((event) => (
        <article>
          <p>
            <strong>{event.action}</strong> <SeverityBadge severity={event.severity} />
          </p>
          <p class="title" dir="auto">
            {event.title}
          </p>
          <Facts>
            {(["alertKey", "externalId", "source", "url", "description"] as const).map((field) =>
              event[field] === null ? null : <Fact name={NAMES[field]}>{event[field]}</Fact>,
            )}
            {event.note === null ? null : (
              <Fact name="Note">
                {event.author === null ? "" : `${event.author}: `}
                {event.note}
              </Fact>
            )}
            {event.occurredAt === null ? null : (
              <Fact name="Occurred">
                <ExactTime at={event.occurredAt} />
              </Fact>
            )}
            {Object.keys(event.metadata).length === 0 ? null : (
              <Fact name="Metadata">
                <code>{JSON.stringify(event.metadata)}</code>
              </Fact>
            )}
          </Facts>
        </article>
      ))}
      <MoreRows total={events.length} name="events" />
      {unreadable.slice(0, MAX_ROWS).map((reason) => (
        <p class="error" dir="auto">
          {reason}
        </p>
      ))}
      <MoreRows total={unreadable.length} name="unreadable events" />
      {note === null ? null : <p class="muted">{note}</p>}
    </div>
  );
};

const NAMES = {
  alertKey: "Alert key",
  externalId: "External ID",
  source: "Source",
  url: "URL",
  description: "Description",
} as const;
