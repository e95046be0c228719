/**
 * The script of every page. Pages enable its parts with data attributes and work without it. The pages of alerts have another
 * (alerts.ts).
 */
import { showConnection } from "./connection.ts";
import { startCharts } from "./chart.ts";
import { startCatalogSearch } from "./catalog-search.ts";
import { find } from "./dom.ts";
import { enhance } from "./enhance.ts";
import { startForms } from "./forms.ts";
import { startKeys } from "./keys.ts";
import { startLiveRegion } from "./live-region.ts";
import { startMappingEditor } from "./mapping-editor.ts";
import { refreshAll } from "./regions.ts";
import { startSignals } from "./signals.ts";
import { startSilenceForm } from "./silence-form.ts";
import { startTimeZone } from "./time-zone.ts";
import { updateTimes } from "./times.ts";
import { startUtcFields } from "./utc-fields.ts";

const SECOND_MS = 1000;

document.documentElement.classList.add("scripted");
startTimeZone();
forgetFlash();
setInterval(updateTimes, SECOND_MS);
addEventListener("offline", () => showConnection(false));
addEventListener("online", refreshAll);
enhance(document);
startForms();
startKeys();
startLiveRegion();
startCharts();
startSignals();
startCatalogSearch();
startMappingEditor();
startUtcFields();
startSilenceForm();
showCurrentTab();

/** A message is shown once: not again after a reload, and not to those with whom the address is shared. */
function forgetFlash(): void {
  const url = new URL(location.href);
  if (!url.searchParams.has("flash")) return;
  url.searchParams.delete("flash");
  history.replaceState(history.state, "", url);
}

/** Scrolls the tabs of the page to the current one, which may be beyond the edge of a phone. */
function showCurrentTab(): void {
  const tab = find(".tabs [aria-current]");
  const tabs = tab?.parentElement;
  if (!tab || !tabs) return;
  const end = tab.getBoundingClientRect().right - tabs.getBoundingClientRect().right;
  if (end > 0) tabs.scrollLeft += end;
}
