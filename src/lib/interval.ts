/**
 * When the next of several starts may be, at least an interval after the last one.
 * @param lastStartedAt null: there was none. One in the future does not count: the clock was set back. Instants are Unix ms
 */
export const afterInterval = (lastStartedAt: number | null, intervalMs: number, now: number): number =>
  lastStartedAt === null || lastStartedAt > now ? now : Math.max(now, lastStartedAt + intervalMs);
