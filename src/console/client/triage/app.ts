/** The alert list in the browser: pointer, keyboard and panel over the state of store.tsx. */
import type { AlertStatus } from "../../parts/badges.tsx";
import {
  extend,
  moveCursor,
  selectAll,
  selectRange,
  selectShown,
  showWaiting,
  shownRows,
  type State,
  toggle,
} from "../../triage/state.ts";
import { startQueryCompletion } from "../query-completion.tsx";
import { find } from "../dom.ts";
import { addKeys } from "../keys.ts";
import { rememberList } from "../siblings.ts";
import { undoLatest } from "../toasts.tsx";
import { Actions } from "./actions.ts";
import { startPanel } from "./panel.tsx";
import { startSavedViews } from "./saved-views.tsx";
import { startStore, type Store } from "./store.tsx";

export function startTriage(): void {
  const store = startStore();
  startQueryCompletion(store?.data ?? null);
  startSavedViews();
  const form = document.getElementById("alerts");
  if (!store || !form) return;
  const actions = new Actions(store);
  const panel = startPanel(store, actions);
  store.onChange(() => rememberList(shownRows(store.state, Date.now()).map(({ id }) => id)));
  rememberList(shownRows(store.state, Date.now()).map(({ id }) => id));
  listenToPointer(form, store, actions);
  listenToKeys(store, actions, panel);
}

const idOf = (target: Element): string | undefined => target.closest<HTMLElement>("[data-row]")?.dataset["id"];

function listenToPointer(form: HTMLElement, store: Store, actions: Actions): void {
  /** The row that was selected last: a click with Shift selects from there. */
  let anchor: string | null = null;
  const commands: Readonly<Record<string, () => void>> = {
    "show-waiting": () => store.set(showWaiting(store.state)),
    "select-all": () => store.set(selectAll(store.state)),
    "clear-selection": () => store.set(selectShown(store.state, false, Date.now())),
    snooze: () => void actions.snooze(),
  };
  form.addEventListener("click", (event) => {
    const target = event.target as HTMLElement;
    const command = commands[target.closest<HTMLElement>("[data-do]")?.dataset["do"] ?? ""];
    const id = idOf(target);
    if (command) command();
    else if (target.matches("input[name=alertId]") && id !== undefined) {
      const now = Date.now();
      store.set(event.shiftKey ? selectRange(store.state, anchor, id, now) : toggle(store.state, id, now));
      anchor = id;
    } else if (id !== undefined && !target.closest("a, button, label")) store.set({ ...store.state, cursor: id });
  });
  form.addEventListener("change", ({ target }) => {
    const box = target as HTMLInputElement;
    if (box.dataset["do"] === "select-shown") store.set(selectShown(store.state, box.checked, Date.now()));
  });
  form.addEventListener("submit", (event) => {
    const button = event.submitter as HTMLButtonElement | null;
    event.preventDefault();
    if (button?.name === "status") void actions.move(button.value as AlertStatus, idOf(button));
  });
}

function listenToKeys(store: Store, actions: Actions, panel: ReturnType<typeof startPanel>): void {
  const set = (change: (state: State, now: number) => State) => {
    store.set(change(store.state, Date.now()));
    focusCursor(store);
  };
  const move = (status: AlertStatus) => () => {
    void actions.move(status);
    focusCursor(store);
  };
  addKeys({
    j: () => set((state, now) => moveCursor(state, 1, now)),
    k: () => set((state, now) => moveCursor(state, -1, now)),
    ArrowDown: () => set((state, now) => moveCursor(state, 1, now)),
    ArrowUp: () => set((state, now) => moveCursor(state, -1, now)),
    "Shift-j": () => set((state, now) => extend(state, 1, now)),
    "Shift-k": () => set((state, now) => extend(state, -1, now)),
    x: () => set((state, now) => (state.cursor === null ? state : toggle(state, state.cursor, now))),
    a: move("ACKNOWLEDGED"),
    r: move("RESOLVED"),
    c: move("CLOSED"),
    o: move("OPEN"),
    s: () => void actions.snooze(),
    "Shift-s": () => void actions.silence(),
    n: () => void actions.note(),
    e: () => panel.toggle(),
    "/": () => focusQuery(),
    u: () => undoLatest(),
    Enter: (event) => openCursor(store, event),
    Escape: () => {
      if (panel.isOpen()) panel.close();
      else set((state, now) => selectShown(state, false, now));
    },
  });
}

/** Brings the row under the cursor into view, and focuses its link, so that Enter opens it. */
function focusCursor({ state }: Store): void {
  const row = state.cursor === null ? null : document.getElementById(`alert-${state.cursor}`);
  row?.scrollIntoView({ block: "nearest" });
  if (row) find("a.title", row)?.focus({ preventScroll: true });
}

/** Focuses the query, ready for another term. */
function focusQuery(): void {
  const input = find<HTMLInputElement>("#query");
  if (!input) return;
  if (input.value !== "" && !input.value.endsWith(" ")) input.value += " ";
  input.focus();
  input.setSelectionRange(input.value.length, input.value.length);
}

/** Opens the alert under the cursor. Enter on a link or a button keeps its meaning. */
function openCursor({ state }: Store, { target }: KeyboardEvent): boolean {
  if (state.cursor === null || (target as HTMLElement).closest("a, button, summary")) return false;
  location.assign(`/alerts/${state.cursor}`);
  return true;
}
