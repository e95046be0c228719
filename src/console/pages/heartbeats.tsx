/** The expected heartbeats of an integration: the last one of each, when the next is expected, and which are missed. */
import type { FC } from "hono/jsx";
import { MAX_ROWS, MoreRows } from "../parts/components.tsx";
import { plural } from "../parts/format.ts";
import { Duration, ExactTime, Time } from "../parts/time.tsx";
import type { Detail } from "./integrations.tsx";

type Heartbeat = Detail["health"]["heartbeats"][number];

export const Heartbeats: FC<{ detail: Detail }> = ({ detail }) => {
  const { heartbeats } = detail.health;
  const expectation = describeExpectation(detail);
  if (expectation === null) return null;
  return (
    <section aria-labelledby="heartbeats-title">
      <h2 id="heartbeats-title">
        Heartbeats <span class="muted">{expectation}</span>
      </h2>
      {heartbeats.length === 0 ? (
        <p class="muted">No heartbeat yet. A job is watched from its first heartbeat on.</p>
      ) : (
        <>
          <ol class="rows">
            {missedFirst(heartbeats)
              .slice(0, MAX_ROWS)
              .map((heartbeat) => (
                <Row heartbeat={heartbeat} />
              ))}
          </ol>
          <MoreRows total={heartbeats.length} name="heartbeats" />
        </>
      )}
    </section>
  );
};

const missedFirst = (heartbeats: readonly Heartbeat[]): Heartbeat[] =>
  heartbeats.toSorted((a, b) => Number(b.alertId !== null) - Number(a.alertId !== null));

const Row: FC<{ heartbeat: Heartbeat }> = ({ heartbeat: { key, title, lastReceivedAt, expectedAt, alertId } }) => (
  <li data-row>
    <span class={`badge ${alertId === null ? "good" : "bad"}`}>{alertId === null ? "Alive" : "Missed"}</span>
    <div class="what">
      <span class="title" dir="auto">
        {title ?? key ?? "Any verified delivery"}
      </span>
      <p class="meta">
        <span>
          {lastReceivedAt === null ? (
            "no heartbeat since the settings changed"
          ) : (
            <>
              last <Time at={lastReceivedAt} />
            </>
          )}
        </span>
        {expectedAt === null ? null : (
          <span>
            {alertId === null ? "next" : "was"} expected <ExactTime at={expectedAt} />
          </span>
        )}
        {alertId === null ? null : (
          <a href={`/alerts/${alertId}`}>
            {expectedAt === null ? (
              "missed"
            ) : (
              <>
                missed for <Duration since={expectedAt} />
              </>
            )}
          </a>
        )}
      </p>
    </div>
  </li>
);

/** What is expected, in words; null: nothing. */
function describeExpectation({ heartbeatMinutes, heartbeatSchedule }: Detail): string | null {
  if (heartbeatMinutes !== null) return `at least every ${plural(heartbeatMinutes, "minute")}`;
  if (heartbeatSchedule === null) return null;
  const { cron, timeZone, graceMinutes } = heartbeatSchedule;
  return `schedule ${cron} (${timeZone}), grace ${plural(graceMinutes, "minute")}`;
}
