import type { FC } from "hono/jsx";
import { duration, relativeTime } from "./relative-time.ts";
import { clockTime, exact } from "./time-zone.ts";

/** A relative time, which console.js keeps current, with the exact instant in the tooltip. A dash for no instant. */
export const Time: FC<{ at: string | null | undefined }> = ({ at }) =>
  at ? (
    <time datetime={at} title={exact(at)} data-relative>
      {relativeTime(Date.parse(at), Date.now())}
    </time>
  ) : (
    <span class="muted">–</span>
  );

export const ExactTime: FC<{ at: string }> = ({ at }) => (
  <time datetime={at} data-exact>
    {exact(at)}
  </time>
);

/** A time of day, with the exact instant in the tooltip. */
export const ClockTime: FC<{ at: string }> = ({ at }) => (
  <time datetime={at} title={exact(at)} data-clock>
    {clockTime(at)}
  </time>
);

/** How long something has lasted, which console.js keeps current: `3 h`. */
export const Duration: FC<{ since: string }> = ({ since }) => (
  <time datetime={since} title={`Since ${exact(since)}`} data-duration>
    {duration(Math.max(0, Date.now() - Date.parse(since)))}
  </time>
);
