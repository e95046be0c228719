/** When a message is tried again, and when it is given up. Pure; instants are Unix ms. */
import { DAY, HOUR, MINUTE, SECOND } from "../../lib/time.ts";

const FIRST_DELAY_MS = 5 * SECOND;
const LONGEST_DELAY_MS = HOUR;

/** Whether a subscriber that is down has come back is tried this often at least. */
const LONGEST_PROBE_DELAY_MS = 5 * MINUTE;

/** A message that fails is tried for so long. */
const PATIENCE_MS = DAY;

const doubling = (failures: number, longest: number, random: number): number =>
  Math.min(longest, FIRST_DELAY_MS * 2 ** Math.min(failures - 1, 30)) * (0.5 + random / 2);

/**
 * How long a message waits after its nth failure: doubling from 5 s to an hour, with half of it left to chance, or longer
 * where the subscriber asked for that. `random` in 0 … 1.
 */
export const retryDelayMs = (failures: number, random: number, retryAfterMs: number | null): number =>
  Math.max(doubling(failures, LONGEST_DELAY_MS, random), Math.min(retryAfterMs ?? 0, LONGEST_DELAY_MS));

/**
 * How long a subscriber that is down is left alone after the nth failure since: as it asked, but at most five minutes. It may
 * be well, and have asked that for bad messages alone.
 */
export const probeDelayMs = (failures: number, random: number, retryAfterMs: number | null): number =>
  Math.max(doubling(failures, LONGEST_PROBE_DELAY_MS, random), Math.min(retryAfterMs ?? 0, LONGEST_PROBE_DELAY_MS));

/** When something is due. Nothing is ever put off for longer than an hour: then the clock was set back since, and it is due. */
export const soonest = (at: number, now: number): number => (at - now > LONGEST_DELAY_MS ? now : at);

/**
 * Until when a message is tried.
 * @param resumedAt since when the subscription has been at work: what it missed while it was disabled gets its time, too
 */
export const deadlineOf = (recordedAt: number, resumedAt: number): number =>
  Math.max(recordedAt, resumedAt) + PATIENCE_MS;
