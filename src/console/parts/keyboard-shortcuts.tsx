import type { FC } from "hono/jsx";

/** The dialog that lists the shortcuts. console.js implements them. */
export const KeyboardShortcuts: FC = () => (
  <dialog id="keys" aria-labelledby="keys-title">
    <h2 id="keys-title">Keyboard shortcuts</h2>
    <dl class="keys">
      {[
        ["j", "Next alert"],
        ["k", "Previous alert"],
        ["Enter", "Open alert"],
        ["a", "Acknowledge alert"],
        ["r", "Resolve alert"],
        ["x", "Select alert"],
        ["/", "Search"],
        ["?", "Show shortcuts"],
      ].map(([key, what]) => (
        <div>
          <dt>
            <kbd>{key}</kbd>
          </dt>
          <dd>{what}</dd>
        </div>
      ))}
    </dl>
    <form method="dialog">
      <button>Close</button>
    </form>
  </dialog>
);
