/** Local times, or UTC by choice. The cookie tells the Worker, so that later pages need no change (parts/time-zone.ts). */
import { setTimeZone, TIME_ZONE_COOKIE, UTC } from "../parts/time-zone.ts";
import { all } from "./dom.ts";
import { refreshAll } from "./regions.ts";
import { showTimeZone } from "./times.ts";

const YEAR_SECONDS = 365 * 24 * 60 * 60;

const local = Intl.DateTimeFormat().resolvedOptions().timeZone || UTC;

const readCookie = (): string | undefined =>
  document.cookie
    .split("; ")
    .find((cookie) => cookie.startsWith(`${TIME_ZONE_COOKIE}=`))
    ?.slice(TIME_ZONE_COOKIE.length + 1);

function keep(zone: string): void {
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `${TIME_ZONE_COOKIE}=${encodeURIComponent(zone)}; path=/; max-age=${YEAR_SECONDS}; samesite=lax${secure}`;
}

const choices = () => all<HTMLInputElement>("[data-time-zone-choice]");

/** Shows times in the chosen zone, and lets the user change it. */
export function startTimeZone(): void {
  const known = decodeURIComponent(readCookie() ?? "");
  const zone = known === UTC ? UTC : local;
  if (known !== zone) keep(zone);
  setTimeZone(zone);
  // A first visit, or the browser is elsewhere now.
  if (document.documentElement.dataset["timeZone"] !== zone) showTimeZone();
  showChoice(zone);
  addEventListener("change", ({ target }) => {
    const choice = target as HTMLInputElement;
    if (choice.dataset["timeZoneChoice"] === undefined) return;
    const chosen = choice.dataset["timeZoneChoice"] === UTC ? UTC : local;
    keep(chosen);
    setTimeZone(chosen);
    showTimeZone();
    showChoice(chosen);
    dispatchEvent(new Event("timezonechange"));
    refreshAll();
  });
}

function showChoice(zone: string): void {
  document.documentElement.dataset["timeZone"] = zone;
  for (const choice of choices()) choice.checked = (choice.dataset["timeZoneChoice"] === UTC) === (zone === UTC);
}
