import type { FC } from "hono/jsx";

const SHORTCUTS = [
  ["j / k", "Next, previous alert"],
  ["Enter", "Open alert"],
  ["e", "Preview alert"],
  ["x", "Select alert"],
  ["Shift j", "Extend selection"],
  ["a", "Acknowledge"],
  ["r", "Resolve"],
  ["c", "Close"],
  ["o", "Reopen"],
  ["s", "Snooze"],
  ["Shift s", "Silence"],
  ["n", "Add note"],
  ["u", "Undo"],
  ["/", "Filter"],
  ["Esc", "Clear selection"],
  ["?", "Show shortcuts"],
] as const;

/** The dialog that lists the shortcuts. client/keys.ts and client/triage/ implement them. */
export const KeyboardShortcuts: FC = () => (
  <dialog id="keys" aria-labelledby="keys-title">
    <h2 id="keys-title">Keyboard shortcuts</h2>
    <p class="muted">Actions apply to the selected alerts, else to the highlighted one.</p>
    <dl class="keys">
      {SHORTCUTS.map(([key, what]) => (
        <div>
          <dt>
            <kbd>{key}</kbd>
          </dt>
          <dd>{what}</dd>
        </div>
      ))}
    </dl>
    <form method="dialog" class="dialog-buttons">
      <button>Close</button>
    </form>
  </dialog>
);
