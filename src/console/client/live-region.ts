/**
 * Refreshes the element with `data-live` when something that it shows has changed. `data-live-on` names what: `entries` of the timeline
 * (`data-alert`: of one alert), `muting`, `deliveries`, `subscriptions`.
 */
import { showConnection } from "./connection.ts";
import { find } from "./dom.ts";
import { connectLive } from "./live.ts";
import { refresh, throttled } from "./regions.ts";

const DEFAULT_CHANGES = "entries muting";

export function startLiveRegion(): void {
  const live = find("[data-live]");
  if (!live?.dataset["live"]) return;
  const { id } = live;
  const element = () => document.getElementById(id);
  const refreshNow = async () => {
    const source = element();
    if (source && !(await refresh(source))) refreshSoon();
  };
  const changes = new Set((live.dataset["liveOn"] ?? DEFAULT_CHANGES).split(" "));
  const refreshSoon = throttled(refreshNow);
  const onChange = (change: string) => {
    if (changes.has(change)) refreshSoon();
  };
  connectLive(live.dataset["live"], {
    onEntry: ({ alertId }) => {
      const alert = element()?.dataset["alert"];
      if (alert === undefined || alert === alertId) onChange("entries");
    },
    onGap: refreshSoon,
    onMuting: () => onChange("muting"),
    onList: onChange,
    onResumed: () => {
      onChange("deliveries");
      onChange("subscriptions");
    },
    onLost: () => void refreshNow(),
    onState: showConnection,
  });
}
