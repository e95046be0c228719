/** What a user does with alerts of the list: shown at once, sent to the API, and taken back with Undo. */
import type { AlertStatus } from "../../parts/badges.tsx";
import {
  describeChange,
  describeUndo,
  isAllowed,
  isChanged,
  type Outcome,
  toChange,
  type Update,
  VERBS,
} from "../../triage/changes.ts";
import { countText } from "../../triage/list-context.ts";
import type { Row } from "../../triage/rows.ts";
import { begin, end, isSelecting, rowOf, shownRows, targetsOf } from "../../triage/state.ts";
import { CallError } from "../api.ts";
import { askConfirmation, askNote, askSnooze } from "../dialogs.tsx";
import { createSilence } from "../silence-dialog.tsx";
import { changeAlerts, changeMatching, undoChange } from "../submit-changes.ts";
import { showToast } from "../toasts.tsx";
import { cursorRow, type Store } from "./store.tsx";

const STATUSES_OF_ALL: readonly AlertStatus[] = ["OPEN", "ACKNOWLEDGED", "RESOLVED", "CLOSED"];

export class Actions {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Changes the status of the selected alerts, else of the one under the cursor. @param only of this alert instead */
  async move(status: AlertStatus, only?: string): Promise<void> {
    const { state, context } = this.#store;
    if (only === undefined && state.isAllSelected) {
      const { total } = context;
      const isMany = total?.count !== 1;
      const what = `${countText(total)} alert${isMany ? "s" : ""}`;
      const text = context.query === "" ? `All alerts of this list.` : `All alerts that match: ${context.query}`;
      if (await askConfirmation(`${VERBS[status]} ${what}?`, text, `${VERBS[status]} ${what}`)) {
        await this.#changeMatching({ status });
      }
      return;
    }
    await this.#change(this.#targets(only), { status });
  }

  async snooze(only?: string): Promise<void> {
    const targets = this.#targets(only);
    if (targets.length === 0) return this.#explainNoTarget();
    const answer = await askSnooze(targets.length === 1 ? "Snooze alert" : `Snooze ${targets.length} alerts`);
    if (!answer) return;
    const { snoozedUntil, note } = answer;
    await this.#change(targets, { snoozedUntil, ...(note !== "" && { note }) });
  }

  async note(only?: string): Promise<void> {
    const targets = this.#targets(only);
    if (targets.length === 0) return this.#explainNoTarget();
    const note = await askNote(targets.length === 1 ? "Add note" : `Add note to ${targets.length} alerts`);
    if (note) await this.#change(targets, { note });
  }

  async silence(only?: string): Promise<void> {
    const row = this.#targets(only)[0] ?? cursorRow(this.#store);
    if (!row) return this.#explainNoTarget();
    await createSilence(row, () => void this.#store.refresh());
  }

  #targets(only?: string): Row[] {
    const { state } = this.#store;
    if (only === undefined) return targetsOf(state, Date.now());
    const row = rowOf(state, only);
    return row ? [row] : [];
  }

  #explainNoTarget(): void {
    showToast(
      isSelecting(this.#store.state) ? "Nothing to change." : "No alert is highlighted. Press j, or select alerts.",
    );
  }

  async #change(targets: readonly Row[], update: Update): Promise<void> {
    if (targets.length === 0) return this.#explainNoTarget();
    const allowed = targets.filter((row) => isAllowed(row, update));
    if (allowed.length === 0) return showToast(describeChange(update, [], targets.length));
    const ids = allowed.map(({ id }) => id);
    this.#begin(ids, update);
    await this.#guard(ids, async () => {
      const outcomes = await changeAlerts(ids, update);
      this.#end(ids, outcomes, () => update);
      showToast(describeChange(update, outcomes, targets.length - ids.length), this.#undoOf(outcomes, update));
    });
  }

  async #changeMatching(update: Update): Promise<void> {
    const { state, data, context } = this.#store;
    const statuses = STATUSES_OF_ALL.filter(
      (status) =>
        (data.filter.statuses?.includes(status) ?? true) &&
        (data.filter.query.status?.includes(status) ?? true) &&
        isAllowed({ status }, update),
    );
    const ids = shownRows(state, Date.now())
      .filter((row) => isAllowed(row, update))
      .map(({ id }) => id);
    this.#begin(ids, update);
    await this.#guard(ids, async () => {
      const outcomes = await changeMatching(context.query, statuses, update);
      this.#end(ids, [], () => update);
      showToast(describeChange(update, outcomes), this.#undoOf(outcomes, update));
    });
  }

  /** The undo of a change with these outcomes; null: it changed no alert. */
  #undoOf(outcomes: readonly Outcome[], update: Update): (() => void) | null {
    return outcomes.some(isChanged) ? () => void this.#undo(outcomes, update) : null;
  }

  async #undo(done: readonly Outcome[], update: Update): Promise<void> {
    await this.#guard([], async () => {
      const outcomes = await undoChange(done, update);
      // Of the others, the row shows what the live connection brings.
      const changed = outcomes.filter(isChanged);
      const updates = new Map(changed.map((outcome) => [outcome.id, outcome.update]));
      this.#end([], changed, (id) => updates.get(id) ?? {});
      showToast(describeUndo(outcomes));
    });
  }

  #begin(ids: readonly string[], update: Update): void {
    const change = toChange(update, this.#store.data.user);
    this.#store.set(begin(this.#store.state, new Map(ids.map((id) => [id, change])), Date.now()));
  }

  /** Shows what the server did. */
  #end(ids: readonly string[], outcomes: readonly Outcome[], updateOf: (id: string) => Update): void {
    const { state, data } = this.#store;
    const rows = outcomes.flatMap(({ id, status, version }) => {
      const row = state.rows.get(id);
      return row && status !== null && version !== null
        ? [{ ...row, ...toChange({ ...updateOf(id), status }, data.user), version }]
        : [];
    });
    this.#store.set(end(state, ids, rows, Date.now()));
  }

  /** Takes pending changes back when a call fails. */
  async #guard(ids: readonly string[], call: () => Promise<void>): Promise<void> {
    try {
      await call();
    } catch (error) {
      this.#store.set(end(this.#store.state, ids, [], Date.now()));
      if (!(error instanceof CallError)) throw error;
      showToast(error.message, null, true);
    }
  }
}
