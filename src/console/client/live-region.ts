/**
 * Refreshes the element with `data-live` when timeline entries arrive. `data-alert` limits it to the entries of one alert;
 * `data-live-on="muting"` to changes of silences and snoozes.
 */
import { showConnection } from "./connection.ts";
import { find } from "./dom.ts";
import { connectLive } from "./live.ts";
import { refresh, throttled } from "./regions.ts";

export function startLiveRegion(): void {
  const live = find("[data-live]");
  if (!live?.dataset["live"]) return;
  const { id } = live;
  const element = () => document.getElementById(id);
  const refreshNow = async () => {
    const source = element();
    if (source) await refresh(source);
  };
  const isOnMuting = live.dataset["liveOn"] === "muting";
  const refreshSoon = throttled(refreshNow);
  connectLive(live.dataset["live"], {
    onEntry: ({ alertId }) => {
      if (isOnMuting) return;
      const alert = element()?.dataset["alert"];
      if (alert === undefined || alert === alertId) refreshSoon();
    },
    onGap: refreshSoon,
    onMuting: refreshSoon,
    onLost: () => void refreshNow(),
    onState: showConnection,
  });
}
