/** What a user chooses for one browser: the time zone, and signals of new critical alerts. client/time-zone.ts and client/signals.ts run it. */
import type { FC } from "hono/jsx";
import { timeZone, UTC } from "./time-zone.ts";

/** @param place names the radio buttons: the menu is in the page twice */
export const Preferences: FC<{ place: string }> = ({ place }) => {
  const isUtc = timeZone() === UTC;
  return (
    <details class="menu preferences needs-script">
      <summary>Preferences</summary>
      <div>
        <fieldset>
          <legend>Times</legend>
          <label>
            <input type="radio" name={`times-${place}`} data-time-zone-choice="local" checked={!isUtc} /> Local
          </label>
          <label>
            <input type="radio" name={`times-${place}`} data-time-zone-choice={UTC} checked={isUtc} /> UTC
          </label>
        </fieldset>
        <fieldset>
          <legend>New critical alerts</legend>
          <label>
            <input type="checkbox" data-signal="notification" /> Notify
          </label>
          <label>
            <input type="checkbox" data-signal="sound" /> Play a sound
          </label>
        </fieldset>
        <p class="hint">For this browser, while a page of Tocsin is open.</p>
      </div>
    </details>
  );
};
