/**
 * When the next heartbeat of a source is expected: after a number of minutes, or by a cron expression. Pure: takes instants, returns
 * instants, all in Unix ms. Knows no alerts and no storage.
 */
import { Cron } from "croner";
import { MINUTE } from "../lib/time.ts";

/** Times at which heartbeats are expected, by the clock of a time zone. */
export interface HeartbeatSchedule {
  /** Five fields (minute, hour, day of month, month, day of week), or a nickname such as `@daily`. */
  cron: string;
  /** IANA name, such as `Europe/Berlin`. */
  timeZone: string;
  /** How late a heartbeat may be. */
  graceMinutes: number;
}

/** What an integration expects. Both null: nothing. */
export interface HeartbeatSettings {
  heartbeatMinutes: number | null;
  heartbeatSchedule?: HeartbeatSchedule | null;
}

/** The start of a wait for a heartbeat. */
export interface Wait {
  /** Unix ms. */
  since: number;
  /** Whether it began with a heartbeat, not with a change of the settings. */
  isAfterHeartbeat: boolean;
}

/** The next heartbeat. */
export interface Expectation {
  /** When it is expected. */
  expectedAt: number;
  /** When its absence is a missed heartbeat. */
  missedAt: number;
}

/** The clocks of two machines differ: a heartbeat this early counts for the time after it. */
const MAX_EARLY_MS = MINUTE;

/** The heartbeat that is expected after the start of a wait; null: none. */
export function expectationAfter(settings: HeartbeatSettings, wait: Wait): Expectation | null {
  const { heartbeatMinutes, heartbeatSchedule: schedule } = settings;
  if (schedule) {
    const expectedAt = expectedAfter(schedule, wait);
    return expectedAt === null ? null : { expectedAt, missedAt: expectedAt + schedule.graceMinutes * MINUTE };
  }
  if (heartbeatMinutes === null) return null;
  const at = wait.since + heartbeatMinutes * MINUTE;
  return { expectedAt: at, missedAt: at };
}

/** The next time of a schedule that the heartbeat at the start of the wait does not cover; null: there is none. */
function expectedAfter({ cron, timeZone }: HeartbeatSchedule, { since, isAfterHeartbeat }: Wait): number | null {
  const next = nextTime(cron, timeZone, since);
  if (next === null || !isAfterHeartbeat || next - since > MAX_EARLY_MS) return next;
  const following = nextTime(cron, timeZone, next);
  // Between two times that are close together, the heartbeat belongs to the nearer one.
  return following !== null && next - since <= (following - next) / 2 ? following : next;
}

/** The first time of a cron expression after an instant; null: there is none. */
function nextTime(cron: string, timeZone: string, after: number): number | null {
  return parse(cron, timeZone).nextRun(new Date(after))?.getTime() ?? null;
}

const parse = (cron: string, timeZone: string): Cron => new Cron(cron, { timezone: timeZone, mode: "5-part" });

/** Five fields, or a nickname. Croner reads dates as well. */
const CRON = /^(?:@[a-z]+|\S+(?:\s+\S+){4})$/i;

/** Why a text is no cron expression, as a phrase; null: it is one, and has times. @param now Unix ms */
export function cronFault(cron: string, now: number): string | null {
  if (!CRON.test(cron)) return "expected five fields: minute, hour, day of month, month, day of week";
  try {
    return nextTime(cron, "UTC", now) === null ? "no date has this day and month" : null;
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    const why = error.message.replace(/^CronPattern: /, "").replace(/\.+$/, "");
    return cron.startsWith("@") && !why.startsWith(cron) ? `unknown nickname ${cron}` : why;
  }
}

/** Whether a text is the IANA name of a time zone. Offsets such as `+02:00` are none: they have no summer time. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name }).format(0);
    return true;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return false;
  }
}

/** An instant by the clock of a time zone, such as `2026-10-25 02:30 Europe/Berlin`. */
export function clockTime(time: number, timeZone: string): string {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" });
  return `${format.format(time)} ${timeZone}`;
}
