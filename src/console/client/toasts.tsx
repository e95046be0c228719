/** Messages at the bottom of the page about what was done, with Undo for ten seconds. */
import { CallError } from "./api.ts";
import { mount } from "./mount.tsx";

const SHOWN_MS = 10_000;
const MAX_TOASTS = 3;

interface Toast {
  id: number;
  text: string;
  isBad: boolean;
  undo: (() => void) | null;
}

let toasts: readonly Toast[] = [];
let lastId = 0;
let rerender: (() => void) | null = null;

function set(next: readonly Toast[]): void {
  toasts = next;
  if (rerender) return rerender();
  const root = document.createElement("div");
  document.body.append(root);
  rerender = mount(Toasts, root);
}

/** Shows a message. @param takeBack takes the change back; null: nothing to take back */
export function showToast(text: string, takeBack: (() => void) | null = null, isBad = false): void {
  const id = ++lastId;
  set([...toasts, { id, text, isBad, undo: takeBack }].slice(-MAX_TOASTS));
  setTimeout(() => dismiss(id), SHOWN_MS);
}

/** Shows why a call failed. */
export async function guard(call: () => Promise<void>): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    showToast(error.message, null, true);
  }
}

const dismiss = (id: number): void => set(toasts.filter((toast) => toast.id !== id));

function undo({ id, undo: run }: Toast): void {
  dismiss(id);
  run?.();
}

/** Takes the latest change back. @returns false: there is nothing to take back */
export function undoLatest(): boolean {
  const latest = toasts.findLast((toast) => toast.undo !== null);
  if (latest) undo(latest);
  return latest !== undefined;
}

const Toasts = () => {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.map((toast) => (
        <div key={toast.id} class={toast.isBad ? "toast bad" : "toast"}>
          <span>{toast.text}</span>
          {toast.undo ? (
            <button type="button" onClick={() => undo(toast)}>
              Undo
            </button>
          ) : (
            <button type="button" onClick={() => dismiss(toast.id)}>
              Dismiss
            </button>
          )}
        </div>
      ))}
    </div>
  );
};
