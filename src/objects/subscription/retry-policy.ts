/** When a failed message or a probe is due, and when the retry window ends. Pure; instants are Unix ms. */
import { DAY, HOUR, MINUTE, SECOND } from "../../lib/time.ts";
import { type Backoff, fullJitterMs } from "../shared/backoff.ts";

const RETRY_BACKOFF: Backoff = { baseMs: 5 * SECOND, maxMs: HOUR };
const PROBE_BACKOFF: Backoff = { baseMs: 5 * SECOND, maxMs: 5 * MINUTE };

/** A message that fails for this long becomes a dead letter. */
const RETRY_WINDOW_MS = DAY;

/** At least half of the backoff, so that a failing endpoint always gets a pause. */
const delayMs = (failures: number, backoff: Backoff, random: number, retryAfterMs: number | null): number =>
  Math.max(fullJitterMs(failures, backoff, 0.5 + random / 2), Math.min(retryAfterMs ?? 0, backoff.maxMs));

/**
 * Delay before the next attempt of a message: 5 s, doubled up to an hour, half of it random.
 * @param failures failed attempts of the message, from 1
 * @param random in 0 … 1
 * @param retryAfterMs `Retry-After` of the endpoint, honored up to an hour
 */
export const retryDelayMs = (failures: number, random: number, retryAfterMs: number | null): number =>
  delayMs(failures, RETRY_BACKOFF, random, retryAfterMs);

/**
 * Delay before the next probe of an endpoint whose circuit is open: 5 s, doubled up to 5 min, half of it random.
 * @param failures failures since the circuit opened, from 1
 * @param random in 0 … 1
 * @param retryAfterMs `Retry-After` of the endpoint, honored up to 5 min, because it may apply to a single message
 */
export const probeDelayMs = (failures: number, random: number, retryAfterMs: number | null): number =>
  delayMs(failures, PROBE_BACKOFF, random, retryAfterMs);

/** The time at which something planned is due. No delay exceeds an hour: beyond that, the clock was set back, and it is due now. */
export const dueAt = (plannedAt: number, now: number): number =>
  plannedAt - now > RETRY_BACKOFF.maxMs ? now : plannedAt;

/**
 * End of the retry window.
 * @param startsAt earliest start of the window, for entries recorded before it
 */
export const retryDeadline = (recordedAt: number, startsAt: number): number =>
  Math.max(recordedAt, startsAt) + RETRY_WINDOW_MS;
