import { MINUTE } from "../lib/time.ts";
import { asInstant, asUtcInstant } from "./fields.ts";

/** Time zones differ from UTC by multiples of this. */
const ZONE_STEP_MS = 15 * MINUTE;
/** How far the clock of Zabbix may be ahead of Tocsin's. */
const MAX_AHEAD_MS = MINUTE;

/**
 * The difference of Zabbix' time zone from UTC, in ms; null: unknown. Zabbix sends times without a zone (its own, or the one in the
 * user's settings), and also the time at which it built the notification, in the same zone.
 * @param sentTime `{DATE} {TIME}`
 * @param receivedAt Unix ms. The notification must arrive within 14 minutes.
 */
export function zoneOf(sentTime: string | null, receivedAt: number): number | null {
  const sentAt = parseTime(sentTime);
  if (sentAt === null) return null;
  // The notification cannot be from the future: the largest difference for which it is not.
  const zone = Math.ceil((sentAt - receivedAt - MAX_AHEAD_MS) / ZONE_STEP_MS) * ZONE_STEP_MS;
  return Math.abs(zone) <= 14 * 60 * MINUTE ? zone : null;
}

/**
 * Reads the first of some fields that is a time: an instant, or `2026.09.21 16:13:20` in a known zone.
 * @returns Unix ms; null: none
 */
export function readTime(
  field: (...names: string[]) => string | null,
  zone: number | null,
  ...names: string[]
): number | null {
  for (const name of names) {
    const text = field(name);
    const local = parseTime(text);
    const instant = asInstant(text) ?? (local === null || zone === null ? null : local - zone);
    if (instant !== null) return instant;
  }
  return null;
}

/** `2026.09.21 16:13:20` as if it were UTC; null for other texts. */
const parseTime = (text: string | null): number | null =>
  /^\d{4}\.\d\d\.\d\d /.test(text ?? "") ? asUtcInstant(text?.replaceAll(".", "-")) : null;
