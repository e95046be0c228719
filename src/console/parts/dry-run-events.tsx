import type { FC, PropsWithChildren } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { SeverityBadge } from "./badges.tsx";
import { MAX_ROWS, MoreRows } from "./components.tsx";
import { ExactTime } from "./time.tsx";

/** The normalized events and comments of a dry run, with its notes and unreadable events. */
export const DryRunEvents: FC<{ result: Schemas["DryRunResult"] }> = ({ result }) => {
  const { comments, unreadable, note, decision } = result;
  const events = [...result.events, ...comments];
  return (
    <div class="events">
      {events.length === 0 ? <p class="muted">{decision.reason}</p> : null}
      {events.slice(0, MAX_ROWS).map((event) => (
        <Event event={event} />
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

const Event: FC<{ event: Schemas["DryRunEvent"] }> = ({ event }) => {
  const { action, title, severity, note, author, occurredAt, metadata } = event;
  const facts = (["alertKey", "externalId", "source", "url", "description"] as const).filter(
    (field) => event[field] !== null,
  );
  return (
    <article>
      <header>
        <span class="muted">{action}</span>
        <p class="title" dir="auto">
          {title}
        </p>
        <SeverityBadge severity={severity} />
      </header>
      <table class="pairs">
        <tbody>
          {facts.map((field) => (
            <Pair name={NAMES[field]}>{event[field]}</Pair>
          ))}
          {note === null ? null : <Pair name="Note">{author === null ? note : `${author}: ${note}`}</Pair>}
          {occurredAt === null ? null : (
            <Pair name="Occurred">
              <ExactTime at={occurredAt} />
            </Pair>
          )}
        </tbody>
      </table>
      {Object.keys(metadata).length === 0 ? null : (
        <details>
          <summary>Metadata</summary>
          <pre tabindex={0} aria-label={`Metadata of ${title}`}>
            {JSON.stringify(metadata, null, 2)}
          </pre>
        </details>
      )}
    </article>
  );
};

const Pair: FC<PropsWithChildren<{ name: string }>> = ({ name, children }) => (
  <tr>
    <th scope="row">{name}</th>
    <td dir="auto">{children}</td>
  </tr>
);

const NAMES = {
  alertKey: "Alert key",
  externalId: "External ID",
  source: "Source",
  url: "URL",
  description: "Description",
} as const;
