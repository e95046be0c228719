/**
 * Live updates, keyboard shortcuts and form helpers of the console. Pages enable them with data attributes, and work
 * without this script.
 */
import { applyEntry, countEntry } from "./alert-rows.js";
import { connectLive } from "./live.js";
import { relativeTime } from "./relative-time.js";

document.documentElement.classList.add("scripted");

/**
 * @template {Element} T
 * @param {string} selector
 * @param {ParentNode} [within]
 * @returns {T[]}
 */
const all = (selector, within = document) => /** @type {T[]} */ ([...within.querySelectorAll(selector)]);

/* Relative times */

function updateTimes() {
  for (const time of /** @type {HTMLTimeElement[]} */ (all("time[data-relative]"))) {
    const text = relativeTime(Date.parse(time.dateTime), Date.now());
    if (time.textContent !== text) time.textContent = text;
  }
}
setInterval(updateTimes, 1000);

/* Connection notice */

const connection = document.getElementById("connection");

/** @param {boolean} isUp */
function showConnection(isUp) {
  if (connection) connection.hidden = isUp && navigator.onLine;
}
addEventListener("offline", () => showConnection(false));
addEventListener("online", () => refreshAll());

/* Refresh: fetches the page again and replaces the regions that changed. */

/**
 * Replaces a region. Unchanged rows keep their element. Checked boxes and the focus survive.
 * @param {Element} old
 * @param {Element} fresh
 */
function replace(old, fresh) {
  const checked = new Set(
    all("input[type=checkbox]:checked", old).map((box) => /** @type {HTMLInputElement} */ (box).value),
  );
  const oldRows = new Map(all("[data-row][id]", old).map((row) => [row.id, row]));
  for (const row of all("[data-row][id]", fresh)) {
    const before = oldRows.get(row.id);
    if (!before) row.classList.add("new");
    else if (contentOf(before) === contentOf(row)) row.replaceWith(before);
    else if (before.classList.contains("here")) row.classList.add("here");
  }
  for (const box of /** @type {HTMLInputElement[]} */ (all("input[type=checkbox][name=alertId]", fresh))) {
    if (checked.has(box.value)) box.checked = true;
  }
  const focused = document.activeElement;
  const selector = focused && old.contains(focused) ? selectorOf(focused) : null;
  old.replaceWith(fresh);
  if (selector !== null && !fresh.contains(document.activeElement)) {
    /** @type {HTMLElement | null} */ (document.querySelector(selector))?.focus();
  }
  enhance(fresh);
}

/**
 * HTML of an element without the classes that this script adds and without relative times, to compare two versions.
 * @param {Element} row
 */
function contentOf(row) {
  const copy = /** @type {Element} */ (row.cloneNode(true));
  copy.classList.remove("new", "here");
  if (copy.classList.length === 0) copy.removeAttribute("class");
  for (const time of all("time", copy)) time.textContent = "";
  return copy.outerHTML;
}

/**
 * A selector that finds an element again after a refresh; null without an id to start from.
 * @param {Element} element
 */
function selectorOf(element) {
  const row = element.closest("[data-row][id]");
  const name = element.getAttribute("name");
  if (row) return `#${row.id} ${element.localName}${name === null ? "" : `[name="${name}"]`}`;
  return element.id ? `#${element.id}` : null;
}

/**
 * Refreshes the regions of an element, unless the tab is hidden or the user is working in the region.
 * @param {HTMLElement} source element with `data-live` or `data-poll`
 */
async function refresh(source) {
  if (document.hidden || document.querySelector("dialog[open]") || isInUse(source)) return;
  const response = await fetch(source.dataset.pollFrom ?? location.href, { headers: { accept: "text/html" } }).catch(
    () => null,
  );
  showConnection(response !== null && response.status < 500);
  if (!response?.ok) return;
  // The session has ended: reload to show the sign-in page.
  if (response.redirected && new URL(response.url).pathname === "/sign-in") return location.reload();
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const id of (source.dataset.regions ?? source.id).split(" ")) {
    const [old, next] = [document.getElementById(id), fresh.getElementById(id)];
    if (old && next && contentOf(old) !== contentOf(next)) replace(old, document.importNode(next, true));
  }
  updateTimes();
}

/**
 * Whether the user is typing or has opened a form in an element.
 * @param {HTMLElement} source
 */
const isInUse = (source) =>
  all("details[open], textarea:focus, select:focus, input:not([type=checkbox]):focus", source).length > 0;

/** Elements that are refreshed from time to time. A refresh replaces them, so they are looked up each time. */
const polled = () => /** @type {HTMLElement[]} */ (all("[data-poll]"));

const refreshAll = () => {
  for (const source of /** @type {HTMLElement[]} */ (all("[data-live], [data-poll]"))) void refresh(source);
};

/** Minimum interval between two refreshes, and the longest random delay in addition. */
const REFRESH_MS = { interval: 10_000, jitter: 5000 };
let refreshedAt = Date.now();

/** Refreshes the polled elements while the tab is visible, at most every 10 s. */
function refreshPolled() {
  if (document.hidden || Date.now() - refreshedAt < REFRESH_MS.interval) return;
  refreshedAt = Date.now();
  for (const source of polled()) void refresh(source);
}

function poll() {
  if (polled().length === 0) return;
  setTimeout(
    () => {
      refreshPolled();
      poll();
    },
    REFRESH_MS.interval + Math.random() * REFRESH_MS.jitter,
  );
}
poll();
addEventListener("visibilitychange", refreshPolled);

/* Live updates */

const live = /** @type {HTMLElement | null} */ (document.querySelector("[data-live]"));
if (live?.dataset.live) {
  const { id } = live;
  const element = () => document.getElementById(id);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let isFresh = false;
  /** Refreshes soon after the first of several calls, and then at most every 10 s. */
  const refreshSoon = () => {
    const pause = refreshedAt + REFRESH_MS.interval - Date.now();
    timer ??= setTimeout(
      async () => {
        timer = undefined;
        refreshedAt = Date.now();
        const source = element();
        if (source) await refresh(source);
        isFresh = true;
      },
      isFresh && pause > 0 ? pause + Math.random() * REFRESH_MS.jitter : 250,
    );
  };
  connectLive(live.dataset.live, {
    onEntry: (entry) => {
      const source = element();
      if (source?.matches("#alerts")) {
        applyEntry(source, entry);
        // Until the first refresh, the numbers of the page may contain the entry.
        if (isFresh) countEntry(source, entry);
        // The numbers are of alerts that are not muted.
        if ("snoozedUntil" in entry.changes) refreshSoon();
        showSelection();
      } else if (!source?.dataset.alert || source.dataset.alert === entry.alertId) refreshSoon();
    },
    onGap: () => {
      isFresh = false;
      refreshSoon();
    },
    onMuting: refreshSoon,
    onLost: () => {
      const source = element();
      if (source) void refresh(source);
    },
    onState: showConnection,
  });
}

/* Buttons and fields */

/** @param {ParentNode} within */
function enhance(within) {
  for (const button of /** @type {HTMLButtonElement[]} */ (all("[data-copy]", within))) {
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy ?? "");
      button.textContent = "Copied";
      setTimeout(() => (button.textContent = "Copy"), 1500);
    });
  }
  for (const box of /** @type {HTMLInputElement[]} */ (all("[data-check-all]", within))) {
    box.addEventListener("change", () => {
      for (const one of boxes()) one.checked = box.checked;
      showSelection();
    });
  }
  showSelection();
}

const boxes = () => /** @type {HTMLInputElement[]} */ (all(".rows input[type=checkbox][name=alertId]"));

function showSelection() {
  const count = boxes().filter((box) => box.checked).length;
  const label = document.querySelector("[data-selected]");
  if (label) label.textContent = count === 0 ? "Select all" : `${count} selected`;
}
addEventListener("change", (event) => {
  const target = /** @type {HTMLInputElement} */ (event.target);
  if (target.name === "alertId") showSelection();
  if (target.form?.matches("[data-submit-on-change]")) target.form.requestSubmit();
});

enhance(document);

/* Submits a form without leaving the page, which shows the result in a polled region. */
addEventListener("submit", async (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (!form.matches("[data-submit-in-background]")) return;
  event.preventDefault();
  const button = form.querySelector("button");
  if (button) button.disabled = true;
  const response = await fetch(form.action, { method: "POST", body: new FormData(form) }).catch(() => null);
  if (button) button.disabled = false;
  if (!response?.ok) form.submit();
  else refreshAll();
});

/* The mapping editor runs a dry run while the user types. */
const editor = /** @type {HTMLFormElement | null} */ (document.querySelector("form[data-try]"));
if (editor) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let latest = 0;
  const runTrial = async () => {
    const body = new FormData(editor);
    body.set("operation", "try");
    const current = ++latest;
    const response = await fetch(location.pathname, { method: "POST", body }).catch(() => null);
    showConnection(response !== null);
    if (!response || current !== latest) return;
    const fresh = new DOMParser()
      .parseFromString(await response.text(), "text/html")
      .getElementById(editor.dataset.try ?? "");
    const old = document.getElementById(editor.dataset.try ?? "");
    if (old && fresh) old.replaceWith(document.importNode(fresh, true));
  };
  editor.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(runTrial, 400);
  });
}

/* The search of the provider catalog filters while the user types. */
const search = /** @type {HTMLInputElement | null} */ (document.querySelector("[data-search]"));
search?.addEventListener("input", () => {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const one of /** @type {HTMLElement[]} */ (all("[data-text]"))) {
    one.hidden = !words.every((word) => one.dataset.text?.includes(word));
  }
  for (const section of /** @type {HTMLElement[]} */ (all("[data-unless-searching]")))
    section.hidden = words.length > 0;
  const groups = /** @type {HTMLElement[]} */ (all("[data-group]"));
  for (const group of groups) group.hidden = all("[data-text]:not([hidden])", group).length === 0;
  const none = document.getElementById("none-found");
  if (none) none.hidden = groups.some((group) => !group.hidden);
});

/* The password token is in the fragment, which browsers do not send to servers. */
const tokenField = /** @type {HTMLInputElement | null} */ (document.querySelector("[data-from-fragment]"));
if (tokenField && location.hash.length > 1) {
  tokenField.value = decodeURIComponent(location.hash.slice(1));
  history.replaceState(null, "", location.pathname);
}

/* Keyboard shortcuts */

const help = /** @type {HTMLDialogElement | null} */ (document.getElementById("keys"));
for (const button of /** @type {HTMLButtonElement[]} */ (all("[data-help]"))) {
  button.addEventListener("click", () => help?.showModal());
}

/**
 * Moves the highlight to another row.
 * @param {number} step 1 for the next row, -1 for the previous
 */
function moveHighlight(step) {
  const rows = /** @type {HTMLElement[]} */ (all(".rows > [data-row]"));
  const current = rows.findIndex((row) => row.classList.contains("here"));
  const next = rows[current === -1 ? (step > 0 ? 0 : rows.length - 1) : current + step];
  if (!next) return;
  rows[current]?.classList.remove("here");
  next.classList.add("here");
  next.scrollIntoView({ block: "nearest" });
  /** @type {HTMLElement | null} */ (next.querySelector("a.title"))?.focus({ preventScroll: true });
}

/**
 * Clicks a button of the highlighted row, or of the page of an alert.
 * @param {string} selector
 */
function press(selector) {
  const row = document.querySelector(".rows > .here");
  const container = row ?? document.querySelector("form.actions:not(.rows *)");
  /** @type {HTMLElement | null | undefined} */ (container?.querySelector(selector))?.click();
}

/** @type {Record<string, () => void>} */
const KEYS = {
  j: () => moveHighlight(1),
  k: () => moveHighlight(-1),
  a: () => press("button[name=status][value=ACKNOWLEDGED]"),
  r: () => press("button[name=status][value=RESOLVED]"),
  x: () => press("input[type=checkbox]"),
  "/": () => /** @type {HTMLElement | null} */ (document.querySelector('[data-key="/"]'))?.focus(),
  "?": () => help?.showModal(),
};

addEventListener("keydown", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  if (event.ctrlKey || event.metaKey || event.altKey || help?.open) return;
  if (target.matches("textarea, select, input:not([type=checkbox])")) {
    if (event.key === "Escape") target.blur();
    return;
  }
  const action = KEYS[event.key];
  if (!action) return;
  event.preventDefault();
  action();
});
