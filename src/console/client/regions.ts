/**
 * Fetches the page again and replaces the regions that changed. An element with `data-live` names its regions in
 * `data-regions`, and the page to fetch in `data-from`, unless it is this one.
 */
import { all } from "./dom.ts";
import { enhance } from "./enhance.ts";
import { fetchPage } from "./fetch-page.ts";
import { updateTimes } from "./times.ts";

/** Minimum interval between two refreshes, and the longest random delay in addition. */
const REFRESH_MS = { interval: 10_000, jitter: 5000 };

let refreshedAt = Date.now();

/**
 * Refreshes the regions of an element, unless the tab is hidden or the user is working in the region.
 * @returns whether the regions are current
 */
export async function refresh(source: HTMLElement): Promise<boolean> {
  if (document.hidden || document.querySelector("dialog[open]") || isInUse(source)) return false;
  const fresh = await fetchPage(source.dataset["from"]);
  if (!fresh) return false;
  for (const id of (source.dataset["regions"] ?? source.id).split(" ")) {
    const [old, next] = [document.getElementById(id), fresh.getElementById(id)];
    if (old && next && contentOf(old) !== contentOf(next)) replace(old, document.importNode(next, true));
  }
  updateTimes();
  return true;
}

export function refreshAll(): void {
  for (const source of all("[data-live]")) void refresh(source);
}

/** Replaces a region. Unchanged rows keep their element, and the focus survives. */
function replace(old: Element, fresh: Element): void {
  const oldRows = new Map(all("[data-row][id]", old).map((row) => [row.id, row]));
  for (const row of all("[data-row][id]", fresh)) {
    const before = oldRows.get(row.id);
    if (!before) row.classList.add("new");
    else if (contentOf(before) === contentOf(row)) row.replaceWith(before);
    else if (before.classList.contains("here")) row.classList.add("here");
  }
  const focused = document.activeElement;
  const selector = focused && old.contains(focused) ? selectorOf(focused) : null;
  old.replaceWith(fresh);
  if (selector !== null && !fresh.contains(document.activeElement)) {
    document.querySelector<HTMLElement>(selector)?.focus();
  }
  enhance(fresh);
}

/** HTML of an element without the classes that scripts add and without relative times, to compare two versions. */
function contentOf(row: Element): string {
  const copy = row.cloneNode(true) as Element;
  copy.classList.remove("new", "here");
  if (copy.classList.length === 0) copy.removeAttribute("class");
  for (const time of all("time", copy)) time.textContent = "";
  return copy.outerHTML;
}

/** A selector that finds an element again after a refresh; null without an id to start from. */
function selectorOf(element: Element): string | null {
  const row = element.closest("[data-row][id]");
  const name = element.getAttribute("name");
  if (row) return `#${row.id} ${element.localName}${name === null ? "" : `[name="${name}"]`}`;
  return element.id ? `#${element.id}` : null;
}

/** Whether the user is typing or has opened a form in an element. */
const isInUse = (source: HTMLElement): boolean =>
  all("details[open], textarea:focus, select:focus, input:not([type=checkbox]):focus", source).length > 0;

/** Refreshes that need not wait for the interval: usually when the page connects, and after the first change. */
const FREE_REFRESHES = 2;

/** Makes a function that refreshes soon after the first `FREE_REFRESHES` calls, and then at most every 10 s. */
export function throttled(run: () => Promise<void>): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let free = FREE_REFRESHES;
  return () => {
    const pause = refreshedAt + REFRESH_MS.interval - Date.now();
    timer ??= setTimeout(
      () => {
        timer = undefined;
        free--;
        refreshedAt = Date.now();
        void run();
      },
      free <= 0 && pause > 0 ? pause + Math.random() * REFRESH_MS.jitter : 250,
    );
  };
}
