import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { SeverityBadge } from "./badges.tsx";
import { Fact, Facts } from "./pieces.tsx";
import { Exact } from "./time.tsx";

/** How a body is read: its events in the words of the alert model, and what would become of them. */
export const Reading: FC<{ reading: Schemas["DryRunResult"] }> = ({ reading }) => {
  const { events, unreadable, note, decision } = reading;
  return (
    <div class="reading">
      {events.length === 0 ? <p class="muted">{decision.reason}</p> : null}
      {events.map((event) => (
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
            {event.occurredAt === null ? null : (
              <Fact name="Occurred">
                <Exact at={event.occurredAt} />
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
      {unreadable.map((reason) => (
        <p class="refusal" dir="auto">
          {reason}
        </p>
      ))}
      {note === null ? null : <p class="muted">{note}</p>}
    </div>
  );
};

const NAMES = {
  alertKey: "Alert key",
  externalId: "Id at the source",
  source: "Source",
  url: "Link",
  description: "Description",
} as const;
