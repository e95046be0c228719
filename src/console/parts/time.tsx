import type { FC } from "hono/jsx";
import { DAY, HOUR, MINUTE, SECOND } from "../../lib/time.ts";

/** How long ago an instant was, in one unit: `12 s ago`, `in 5 min`. The page's script keeps it true. */
export function relative(ms: number, now: number): string {
  const distance = Math.abs(now - ms);
  const words = length(distance);
  if (distance < SECOND) return "now";
  return ms > now ? `in ${words}` : `${words} ago`;
}

/** A length of time in its largest unit. */
export function length(ms: number): string {
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  if (ms < 2 * DAY) return `${Math.floor(ms / HOUR)} h`;
  return `${Math.floor(ms / DAY)} d`;
}

/** An instant as people read it, exactly: `2026-10-01 12:00:00.000 UTC`. */
export const exact = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, -1)} UTC`;

/** How long ago, with the exact instant on hover; a dash for none. */
export const Time: FC<{ at: string | null | undefined }> = ({ at }) =>
  at ? (
    <time datetime={at} title={exact(at)} data-relative>
      {relative(Date.parse(at), Date.now())}
    </time>
  ) : (
    <span class="muted">–</span>
  );

/** The exact instant. */
export const Exact: FC<{ at: string }> = ({ at }) => <time datetime={at}>{exact(at)}</time>;
