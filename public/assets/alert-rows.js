/** Applies timeline entries to the alert list, with the row of `<template id="alert-row">` (src/console/pages/alerts.tsx). */
import { ownerName } from "./owner-name.js";
import { relativeTime } from "./relative-time.js";

/** Rows that a page shows at most, also after many new alerts. */
const MAX_ROWS = 200;

/** Statuses in which each button of a row is shown. @type {Record<string, string[]>} */
const BUTTONS = { ACKNOWLEDGED: ["OPEN"], RESOLVED: ["OPEN", "ACKNOWLEDGED"] };

/**
 * @template {Element} T
 * @param {string} selector
 * @param {ParentNode} within
 */
const find = (selector, within) => /** @type {T | null} */ (within.querySelector(selector));

/**
 * Updates, moves, inserts or removes the row of an entry's alert.
 * @param {HTMLElement} form the list
 * @param {any} entry a timeline entry with its alert
 */
export function applyEntry(form, { alert }) {
  const list = /** @type {HTMLElement} */ (find("ol.alerts", form));
  const old = document.getElementById(`alert-${alert.id}`);
  if (old && Number(old.dataset.version) >= alert.version) return;
  const isMuted = alert.silencedBy.length > 0 || Date.parse(alert.snoozedUntil ?? 0) > Date.now();
  const isShown =
    hasWord(form.dataset.statuses, alert.status) &&
    hasWord(form.dataset.severities, alert.severity) &&
    isMuted === (form.dataset.muted === "true");
  if (!isShown) old?.remove();
  else if (old || form.dataset.cursor === undefined) place(list, old, newRow(form, alert, old));
  const isEmpty = list.childElementCount === 0;
  for (const part of /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll("[data-if-empty]"))) {
    part.hidden = (part.dataset.ifEmpty === "yes") !== isEmpty;
  }
}

/**
 * Puts a row in its place: the newest alerts come first.
 * @param {HTMLElement} list
 * @param {HTMLElement | null} old
 * @param {HTMLElement} row
 */
function place(list, old, row) {
  const hasFocus = old?.contains(document.activeElement);
  old?.remove();
  const next = /** @type {HTMLElement[]} */ ([...list.children]).find(
    (other) =>
      Number(other.dataset.at) < Number(row.dataset.at) || (other.dataset.at === row.dataset.at && other.id < row.id),
  );
  list.insertBefore(row, next ?? null);
  if (hasFocus) /** @type {HTMLElement | null} */ (find("a.title", row))?.focus({ preventScroll: true });
  if (list.childElementCount > MAX_ROWS) list.lastElementChild?.remove();
}

/**
 * @param {HTMLElement} form
 * @param {any} alert
 * @param {HTMLElement | null} old
 */
function newRow(form, alert, old) {
  const template = /** @type {HTMLTemplateElement} */ (document.getElementById("alert-row"));
  const parts = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
  const row = /** @type {HTMLElement} */ (find("[data-row]", parts));
  row.id = `alert-${alert.id}`;
  row.dataset.version = alert.version;
  row.dataset.at = String(Date.parse(alert.triggeredAt));
  row.classList.add(old ? "changed" : "new");
  row.classList.toggle("here", old?.classList.contains("here") ?? false);
  find('[class*="severity-"]', row)?.replaceWith(
    /** @type {Element} */ (find(`#parts .severity-${alert.severity.toLowerCase()}`, parts)),
  );
  find('[class*="status-"]', row)?.replaceWith(
    /** @type {Element} */ (find(`#parts .status-${alert.status.toLowerCase()}`, parts)),
  );
  const title = /** @type {HTMLAnchorElement} */ (find("a.title", row));
  title.href = `/alerts/${alert.id}`;
  title.textContent = alert.title;
  const integration =
    find(`select[name=integrationId] option[value="${alert.integrationId}"]`, document)?.textContent ?? null;
  const { source, alertKey } = alert;
  for (const [field, text] of Object.entries({
    integration,
    source,
    alertKey,
    owner: ownerName(alert.acknowledgedBy),
  })) {
    const part = /** @type {HTMLElement} */ (find(`[data-field=${field}]`, row));
    if (text === null) part.remove();
    else part.textContent = text;
    if (field === "alertKey" && text !== null) part.title = text;
  }
  /** @type {HTMLElement} */ (find(".occurrences", row)).textContent =
    alert.occurrences > 1 ? `×${alert.occurrences.toLocaleString("en")}` : "";
  const time = /** @type {HTMLTimeElement} */ (find("time", row));
  time.dateTime = alert.lastSeenAt;
  time.title = `${alert.lastSeenAt.slice(0, 10)} ${alert.lastSeenAt.slice(11, -1)} UTC`;
  time.textContent = relativeTime(Date.parse(alert.lastSeenAt), Date.now());
  fillControls(form, row, alert, old);
  return row;
}

/**
 * @param {HTMLElement} form
 * @param {HTMLElement} row
 * @param {any} alert
 * @param {HTMLElement | null} old
 */
function fillControls(form, row, alert, old) {
  const box = /** @type {HTMLInputElement} */ (find("input[type=checkbox]", row));
  const mayChange = hasWord(form.dataset.writableTeams, alert.teamId ?? "none");
  if (!mayChange) {
    box.replaceWith(document.createElement("span"));
    find(".actions", row)?.remove();
    return;
  }
  box.value = alert.id;
  box.checked = /** @type {HTMLInputElement | null} */ (old && find("input[type=checkbox]", old))?.checked ?? false;
  box.setAttribute("aria-label", `Select: ${alert.title.slice(0, 100)}`);
  for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (row.querySelectorAll(".actions button"))) {
    if (!BUTTONS[button.value]?.includes(alert.status)) button.remove();
    button.setAttribute("formaction", `/alerts/${alert.id}/status`);
    button.setAttribute("aria-label", `${button.textContent}: ${alert.title.slice(0, 100)}`);
  }
}

/**
 * Updates the numbers of the tabs by what an entry changed. A number that is only a lower bound stays.
 * @param {HTMLElement} form the list
 * @param {any} entry
 */
export function countEntry(form, { status, severity, changes }) {
  const before = {
    status: changes.status ? changes.status.from : status,
    severity: changes.severity ? changes.severity.from : severity,
  };
  for (const tab of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-count-statuses]"))) {
    /** @param {{ status: string | null, severity: string | null }} state */
    const counts = (state) =>
      Number(
        state.status !== null &&
          hasWord(tab.dataset.countStatuses, state.status) &&
          hasWord(form.dataset.severities, state.severity ?? ""),
      );
    const number = find(".count", tab);
    const text = number?.textContent ?? "+";
    const change = counts({ status, severity }) - counts(before);
    if (number && change !== 0 && !text.endsWith("+")) {
      number.textContent = Math.max(0, Number(text.replaceAll(",", "")) + change).toLocaleString("en");
    }
  }
}

/**
 * Whether a list of words contains a word, or is `all`.
 * @param {string | undefined} words
 * @param {string} word
 */
const hasWord = (words, word) => words === "all" || (words ?? "").split(" ").includes(word);
