/**
 * What the console's pages do beyond what a browser does by itself. Every page works without it; here it becomes live,
 * quick by keyboard, and honest about a lost connection. Pages say by data attributes what they want of it.
 */

document.documentElement.classList.add("scripted");

/**
 * @template {Element} T
 * @param {string} selector
 * @param {ParentNode} [within]
 * @returns {T[]}
 */
const all = (selector, within = document) => /** @type {T[]} */ ([...within.querySelectorAll(selector)]);

/* Times: `12 s ago` stays true. */

const UNITS = /** @type {const} */ ([
  [172_800_000, 86_400_000, "d"],
  [3_600_000, 3_600_000, "h"],
  [60_000, 60_000, "min"],
  [0, 1000, "s"],
]);

/** @param {number} ms */
function relative(ms) {
  const distance = Math.abs(Date.now() - ms);
  if (distance < 1000) return "now";
  const [, unit, name] = UNITS.find(([from]) => distance >= from) ?? UNITS[3];
  const words = `${Math.floor(distance / unit)} ${name}`;
  return ms > Date.now() ? `in ${words}` : `${words} ago`;
}

function tellTimes() {
  for (const time of /** @type {HTMLTimeElement[]} */ (all("time[data-relative]"))) {
    const words = relative(Date.parse(time.dateTime));
    if (time.textContent !== words) time.textContent = words;
  }
}
setInterval(tellTimes, 1000);

/* The connection. */

const connection = document.getElementById("connection");

/** @param {boolean} isUp */
function showConnection(isUp) {
  if (connection) connection.hidden = isUp && navigator.onLine;
}
addEventListener("offline", () => showConnection(false));
addEventListener("online", () => refreshAll());

/* Fresh content: the page is fetched again, and its regions are put in place of the old ones. */

/**
 * Rows keep their element while nothing in them changed, and what was chosen stays chosen.
 * @param {Element} old
 * @param {Element} fresh
 */
function replace(old, fresh) {
  const chosen = new Set(
    all("input[type=checkbox]:checked", old).map((box) => /** @type {HTMLInputElement} */ (box).value),
  );
  const known = new Map(all("[data-row][id]", old).map((row) => [row.id, row]));
  for (const row of all("[data-row][id]", fresh)) {
    const before = known.get(row.id);
    if (!before) row.classList.add("new");
    else if (plain(before) === plain(row)) row.replaceWith(before);
    else if (before.classList.contains("here")) row.classList.add("here");
  }
  for (const box of /** @type {HTMLInputElement[]} */ (all("input[type=checkbox][name=alertId]", fresh))) {
    if (chosen.has(box.value)) box.checked = true;
  }
  const focused = document.activeElement;
  const selector = focused && old.contains(focused) ? pathTo(focused) : null;
  old.replaceWith(fresh);
  if (selector !== null && !fresh.contains(document.activeElement)) {
    /** @type {HTMLElement | null} */ (document.querySelector(selector))?.focus();
  }
  enhance(fresh);
}

/**
 * What a row says, without what only this page knows of it.
 * @param {Element} row
 */
function plain(row) {
  const copy = /** @type {Element} */ (row.cloneNode(true));
  copy.classList.remove("new", "here");
  if (copy.classList.length === 0) copy.removeAttribute("class");
  for (const time of all("time", copy)) time.textContent = "";
  return copy.outerHTML;
}

/** @param {Element} element */
function pathTo(element) {
  const row = element.closest("[data-row][id]");
  const name = element.getAttribute("name");
  if (row) return `#${row.id} ${element.localName}${name === null ? "" : `[name="${name}"]`}`;
  return element.id ? `#${element.id}` : null;
}

/** @param {HTMLElement} source */
async function refresh(source) {
  if (document.hidden || document.querySelector("dialog[open]") || isBusy(source)) return;
  const response = await fetch(source.dataset.pollFrom ?? location.href, { headers: { accept: "text/html" } }).catch(
    () => null,
  );
  showConnection(response !== null && response.status < 500);
  if (!response?.ok) return;
  // Signed out meanwhile: the page behind this one is the sign-in.
  if (response.redirected && new URL(response.url).pathname === "/sign-in") return location.reload();
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const id of (source.dataset.regions ?? source.id).split(" ")) {
    const [old, next] = [document.getElementById(id), fresh.getElementById(id)];
    if (old && next && plain(old) !== plain(next)) replace(old, document.importNode(next, true));
  }
  tellTimes();
}

/**
 * Somebody is in the middle of something there.
 * @param {HTMLElement} source
 */
const isBusy = (source) =>
  all("details[open], textarea:focus, select:focus, input:not([type=checkbox]):focus", source).length > 0;

const refreshAll = () =>
  all("[data-live], [data-poll]").forEach((source) => void refresh(/** @type {HTMLElement} */ (source)));

/** The regions of a page come and go; what asks for them is found anew each time. */
const pollMs = Number(/** @type {HTMLElement | null} */ (document.querySelector("[data-poll]"))?.dataset.poll ?? 0);
if (pollMs > 0) {
  setInterval(() => all("[data-poll]").forEach((source) => void refresh(/** @type {HTMLElement} */ (source))), pollMs);
}

const live = /** @type {HTMLElement | null} */ (document.querySelector("[data-live]"));
if (live?.dataset.live) {
  const id = live.id;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let soon;
  const stream = new EventSource(live.dataset.live);
  const news = () => {
    // Changes come in bursts.
    clearTimeout(soon);
    soon = setTimeout(() => {
      const source = document.getElementById(id);
      if (source) void refresh(source);
    }, 250);
  };
  stream.addEventListener("entry", news);
  stream.addEventListener("reset", news);
  let wasLost = false;
  stream.addEventListener("open", () => {
    showConnection(true);
    wasLost = false;
    // What changed between the page and its stream, or while it was away, is in the page by now.
    news();
  });
  stream.addEventListener("error", () => {
    wasLost = true;
    // It comes back by itself, and a moment without it is nothing to tell.
    setTimeout(() => wasLost && showConnection(false), 5000);
  });
  addEventListener("pagehide", () => stream.close());
  addEventListener("pageshow", (event) => event.persisted && location.reload());
}
addEventListener("visibilitychange", () => !document.hidden && refreshAll());

/* Buttons and fields. */

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
      tellChosen();
    });
  }
  tellChosen();
}

const boxes = () => /** @type {HTMLInputElement[]} */ (all(".rows input[type=checkbox][name=alertId]"));

function tellChosen() {
  const chosen = boxes().filter((box) => box.checked).length;
  const words = document.querySelector("[data-chosen]");
  if (words) words.textContent = chosen === 0 ? "Choose all" : `${chosen} chosen`;
}
addEventListener("change", (event) => {
  const target = /** @type {HTMLInputElement} */ (event.target);
  if (target.name === "alertId") tellChosen();
  if (target.form?.matches("[data-submit-on-change]")) target.form.requestSubmit();
});

enhance(document);

/** A test is sent without leaving the page that waits for it. */
addEventListener("submit", async (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (!form.matches("[data-quietly]")) return;
  event.preventDefault();
  const button = form.querySelector("button");
  if (button) button.disabled = true;
  const response = await fetch(form.action, { method: "POST", body: new FormData(form) }).catch(() => null);
  if (button) button.disabled = false;
  if (!response?.ok) form.submit();
  else refreshAll();
});

/** A mapping is tried while it is written. */
const editor = /** @type {HTMLFormElement | null} */ (document.querySelector("form[data-try]"));
if (editor) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let soon;
  let latest = 0;
  const tryNow = async () => {
    const body = new FormData(editor);
    body.set("act", "try");
    const mine = ++latest;
    const response = await fetch(location.pathname, { method: "POST", body }).catch(() => null);
    showConnection(response !== null);
    if (!response || mine !== latest) return;
    const fresh = new DOMParser()
      .parseFromString(await response.text(), "text/html")
      .getElementById(editor.dataset.try ?? "");
    const old = document.getElementById(editor.dataset.try ?? "");
    if (old && fresh) old.replaceWith(document.importNode(fresh, true));
  };
  editor.addEventListener("input", () => {
    clearTimeout(soon);
    soon = setTimeout(tryNow, 400);
  });
}

/** The catalogue narrows while one types. */
const search = /** @type {HTMLInputElement | null} */ (document.querySelector("[data-search]"));
search?.addEventListener("input", () => {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const one of /** @type {HTMLElement[]} */ (all("[data-text]"))) {
    one.hidden = !words.every((word) => one.dataset.text?.includes(word));
  }
  for (const section of /** @type {HTMLElement[]} */ (all("[data-unless-searching]")))
    section.hidden = words.length > 0;
});

/** A one-time token comes behind the #, which no server sees. */
const tokenField = /** @type {HTMLInputElement | null} */ (document.querySelector("[data-from-fragment]"));
if (tokenField && location.hash.length > 1) {
  tokenField.value = decodeURIComponent(location.hash.slice(1));
  history.replaceState(null, "", location.pathname);
}

/* Keys. */

const help = /** @type {HTMLDialogElement | null} */ (document.getElementById("keys"));
for (const button of /** @type {HTMLButtonElement[]} */ (all("[data-help]"))) {
  button.addEventListener("click", () => help?.showModal());
}

/** @param {number} step */
function walk(step) {
  const rows = /** @type {HTMLElement[]} */ (all(".rows > [data-row]"));
  const here = rows.findIndex((row) => row.classList.contains("here"));
  const next = rows[here === -1 ? (step > 0 ? 0 : rows.length - 1) : here + step];
  if (!next) return;
  rows[here]?.classList.remove("here");
  next.classList.add("here");
  next.scrollIntoView({ block: "nearest" });
  /** @type {HTMLElement | null} */ (next.querySelector("a.title"))?.focus({ preventScroll: true });
}

/** @param {string} selector */
function press(selector) {
  const row = document.querySelector(".rows > .here");
  const place = row ?? document.querySelector("form.moves:not(.rows *)");
  /** @type {HTMLElement | null | undefined} */ (place?.querySelector(selector))?.click();
}

/** @type {Record<string, () => void>} */
const KEYS = {
  j: () => walk(1),
  k: () => walk(-1),
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
  const act = KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
