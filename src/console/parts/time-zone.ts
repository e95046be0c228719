/**
 * The time zone of a page: that of the browser, which its script keeps in a cookie, so that the Worker renders local times before any
 * script runs; UTC without the cookie, or when the user chose it.
 */

export const TIME_ZONE_COOKIE = "time_zone";

export const UTC = "UTC";

/** Rendering is synchronous, so that pages do not see each other's time zone. */
let current = UTC;

/** The time zone in which times are shown now. */
export const timeZone = (): string => current;

/** Sets the time zone for good. For the browser, where a page is alone. */
export function setTimeZone(zone: string): void {
  current = zone;
}

/** Renders with a time zone. @param render must be synchronous */
export function withTimeZone<Result>(zone: string, render: () => Result): Result {
  const before = current;
  current = zone;
  try {
    return render();
  } finally {
    current = before;
  }
}

const MAX_NAME_LENGTH = 64;

/** The time zone of a cookie; UTC when there is none, or it is unknown. */
export function readTimeZone(name: string | undefined): string {
  if (!name || name.length > MAX_NAME_LENGTH) return UTC;
  try {
    formatOf(name);
    return name;
  } catch {
    return UTC;
  }
}

/** One format for each time zone: they are slow to make. */
const formats = new Map<string, Intl.DateTimeFormat>();
const MAX_FORMATS = 100;

/** @throws RangeError when the time zone is unknown */
function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    fractionalSecondDigits: 3,
    hourCycle: "h23",
    timeZoneName: "shortOffset",
  });
  if (formats.size >= MAX_FORMATS) formats.clear();
  formats.set(zone, format);
  return format;
}

interface Local {
  /** `2026-10-01` */
  day: string;
  /** `12:00` */
  clock: string;
  /** `:00.000` */
  seconds: string;
  /** `UTC`, `UTC+2` */
  zone: string;
}

/** The parts of an instant in the time zone of the page. @param at Unix ms or ISO 8601 */
export function toLocal(at: number | string): Local {
  const parts = Object.fromEntries(
    formatOf(current)
      .formatToParts(new Date(at))
      .map(({ type, value }) => [type, value]),
  );
  return {
    day: `${parts["year"]}-${parts["month"]}-${parts["day"]}`,
    clock: `${parts["hour"]}:${parts["minute"]}`,
    seconds: `:${parts["second"]}.${parts["fractionalSecond"]}`,
    zone: (parts["timeZoneName"] ?? "").replace("GMT", UTC).replace(/^UTC\+0$/, UTC),
  };
}

/** The exact instant: `2026-10-01 14:00:00.000 UTC+2`. */
export function exact(at: string): string {
  const { day, clock, seconds, zone } = toLocal(at);
  return `${day} ${clock}${seconds} ${zone}`;
}

/** The time of day, with the time zone: `14:00 UTC+2`. */
export function clockTime(at: string): string {
  const { clock, zone } = toLocal(at);
  return `${clock} ${zone}`;
}

/** A period: `2026-10-01 14:00 – 14:30 UTC+2`. @param from,until Unix ms */
export function periodText(from: number, until: number): string {
  const [start, end] = [toLocal(from), toLocal(until)];
  const endDay = start.day === end.day ? "" : `${end.day} `;
  return `${start.day} ${start.clock} – ${endDay}${end.clock} ${end.zone}`;
}
