/** The page of an alert: its forms and keys act in place, with Undo; neighbors in the list; related alerts. */
import { render } from "hono/jsx/dom";
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { printTerms } from "../../alerts/query/syntax.ts";
import { MINUTE, toIso } from "../../lib/time.ts";
import { AlertRows } from "../parts/alert-rows.tsx";
import type { AlertStatus } from "../parts/badges.tsx";
import { describeChange, describeUndo, isChanged, type Update } from "../triage/changes.ts";
import { CHIP_LABELS } from "../triage/label-chip.tsx";
import { toTerm } from "../triage/query-text.ts";
import { type Row, toRow } from "../triage/rows.ts";
import { callApi } from "./api.ts";
import { askNote, askSnooze } from "./dialogs.tsx";
import { find, textOf } from "./dom.ts";
import { fetchPage } from "./fetch-page.ts";
import { addKeys } from "./keys.ts";
import { refreshAll } from "./regions.ts";
import { siblingsOf } from "./siblings.ts";
import { createSilence } from "./silence-dialog.tsx";
import { changeAlerts, undoChange } from "./submit-changes.ts";
import { guard, showToast, undoLatest } from "./toasts.tsx";

interface AlertData {
  row: Row;
  user: { id: string; name: string };
  mayChange: boolean;
}

export function startAlertPage(): void {
  const block = document.getElementById("alert-data");
  if (!block) return;
  const { row, mayChange } = JSON.parse(block.textContent ?? "null") as AlertData;
  startSiblings(row);
  void showRelated(row);
  addKeys({ u: () => undoLatest() });
  if (mayChange) startActions(row.id);
}

/** The alert as it is now: the page may show an older one. */
const current = async (id: string): Promise<Row> => toRow(await callApi<Schemas["Alert"]>("GET", `/v1/alerts/${id}`));

function startActions(id: string): void {
  const change = (update: Update) =>
    guard(async () => {
      const outcomes = await changeAlerts([id], update);
      const undo = () =>
        void guard(async () => {
          showToast(describeUndo(await undoChange(outcomes, update)));
          showCurrent();
        });
      showToast(describeChange(update, outcomes), outcomes.some(isChanged) ? undo : null);
      showCurrent();
    });
  const move = (status: AlertStatus) => () => void change({ status });
  addKeys({
    a: move("ACKNOWLEDGED"),
    r: move("RESOLVED"),
    c: move("CLOSED"),
    o: move("OPEN"),
    n: () => void askNote("Add note").then((note) => (note ? change({ note }) : undefined)),
    s: () =>
      void askSnooze("Snooze alert").then(
        (answer) =>
          answer && change({ snoozedUntil: answer.snoozedUntil, ...(answer.note !== "" && { note: answer.note }) }),
      ),
    "Shift-s": () => void guard(async () => createSilence(await current(id), refreshAll)),
  });
  addEventListener("click", (event) => {
    const isPlain = !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (!isPlain || !(event.target as Element).closest("a[data-silence-alert]")) return;
    event.preventDefault();
    void guard(async () => createSilence(await current(id), refreshAll));
  });
  addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (!form.matches("form.alert-actions")) return;
    event.preventDefault();
    const update = readUpdate(form, event.submitter as HTMLButtonElement | null);
    if (Object.keys(update).length === 0) return showToast("The note is empty. Write it first.", null, true);
    form.reset();
    void change(update);
  });
}

/** What a button of the form asks for. */
function readUpdate(form: HTMLFormElement, button: HTMLButtonElement | null): Update {
  const data = new FormData(form);
  const note = textOf(data, "note");
  const withNote = note === "" ? {} : { note };
  if (button?.name === "status") return { status: button.value as AlertStatus, ...withNote };
  if (!button?.formAction.endsWith("/snooze")) return withNote;
  const minutes = button.name === "end" ? 0 : Number(textOf(data, "minutes"));
  return { snoozedUntil: minutes === 0 ? null : toIso(Date.now() + minutes * MINUTE), ...withNote };
}

function showCurrent(): void {
  refreshAll();
  void replaceActions();
}

/** Fetches the page again for the buttons that fit the new status. A note that is being written stays. */
async function replaceActions(): Promise<void> {
  const fresh = (await fetchPage())?.querySelector<HTMLFormElement>("form.alert-actions");
  const old = find<HTMLFormElement>("form.alert-actions");
  if (!old || !fresh) return;
  const next = document.importNode(fresh, true);
  const [note, nextNote] = [find<HTMLInputElement>("[name=note]", old), find<HTMLInputElement>("[name=note]", next)];
  if (note && nextNote) nextNote.value = note.value;
  old.replaceWith(next);
}

const SiblingLink: FC<{ to: string | null; name: string; letter: string }> = ({ to, name, letter }) =>
  to === null ? null : (
    <a class="button quiet" href={`/alerts/${to}`} title={`${name} (${letter})`}>
      {name}
    </a>
  );

const go = (to: string | null) => () => {
  if (to !== null) location.replace(`/alerts/${to}`);
};

/** Links to the alerts before and after this one in the list that it was opened from. */
function startSiblings({ id }: Row): void {
  const list = siblingsOf(id);
  const root = document.getElementById("siblings");
  if (!list || !root) return;
  find<HTMLAnchorElement>(".head .up")?.setAttribute("href", list.url);
  render(
    <>
      <span class="muted">
        {list.at + 1} of {list.of}
      </span>
      <SiblingLink to={list.previous} name="Previous" letter="k" />
      <SiblingLink to={list.next} name="Next" letter="j" />
    </>,
    root,
  );
  addKeys({ j: go(list.next), k: go(list.previous) });
}

const NEAR_MS = 10 * MINUTE;
const MAX_RELATED = 10;

/** Shows alerts with the same label that were triggered within ten minutes. */
async function showRelated(row: Row): Promise<void> {
  const name = [...CHIP_LABELS, "alertname"].find((label) => row.labels[label] !== undefined);
  const root = document.getElementById("related");
  if (name === undefined || !root) return;
  const at = Date.parse(row.triggeredAt);
  const query = printTerms([toTerm(`label.${name}`, row.labels[name] ?? "")]);
  const parameters = new URLSearchParams({
    query,
    muted: "any",
    since: toIso(at - NEAR_MS),
    until: toIso(at + NEAR_MS),
    limit: String(MAX_RELATED + 1),
  });
  const page = await callApi<{ data: Schemas["Alert"][] }>("GET", `/v1/alerts?${parameters}`).catch(() => null);
  const others = page?.data.filter(({ id }) => id !== row.id).slice(0, MAX_RELATED) ?? [];
  if (others.length === 0) return;
  root.hidden = false;
  render(<Related alerts={others} query={query} />, root);
}

const Related: FC<{ alerts: readonly Schemas["Alert"][]; query: string }> = ({ alerts, query }) => (
  <>
    <h2>Related alerts</h2>
    <p class="hint">
      With <code>{query}</code>, triggered within ten minutes.
    </p>
    <AlertRows alerts={alerts} />
  </>
);
