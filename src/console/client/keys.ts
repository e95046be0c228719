/** Keyboard shortcuts. A page registers its own; those of every page are here. */
import { all, find } from "./dom.ts";

/** Actions by key; `Shift-j` for a letter with Shift. An action that returns false leaves the key to the browser. */
export type Keys = Readonly<Record<string, (event: KeyboardEvent) => unknown>>;

const registered: Keys[] = [];

/** Adds shortcuts, which come before those that exist. */
export function addKeys(keys: Keys): void {
  registered.unshift(keys);
}

/** The name of a pressed key in `Keys`. */
export const nameOfKey = ({ key, shiftKey }: Pick<KeyboardEvent, "key" | "shiftKey">): string =>
  shiftKey && /^[A-Za-z]$/.test(key) ? `Shift-${key.toLowerCase()}` : key;

const dialog = (): HTMLDialogElement | null => find<HTMLDialogElement>("dialog#keys");

/** Moves the highlight of a list to another row. @param step 1 for the next row, -1 for the previous */
function moveHighlight(step: 1 | -1): void {
  const rows = all(".rows > [data-row]");
  const current = rows.findIndex((row) => row.classList.contains("here"));
  const next = rows[current === -1 ? (step > 0 ? 0 : rows.length - 1) : current + step];
  if (!next) return;
  rows[current]?.classList.remove("here");
  next.classList.add("here");
  next.scrollIntoView({ block: "nearest" });
  find("a.title", next)?.focus({ preventScroll: true });
}

export function startKeys(): void {
  addKeys({
    j: () => moveHighlight(1),
    k: () => moveHighlight(-1),
    "/": () => find('[data-key="/"]')?.focus(),
    "?": () => dialog()?.showModal(),
  });
  for (const button of all("[data-help]")) button.addEventListener("click", () => dialog()?.showModal());
  addEventListener("keydown", (event) => {
    const target = event.target as HTMLElement;
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || find("dialog[open]")) return;
    if (target.matches("textarea, select, input:not([type=checkbox])")) {
      if (event.key === "Escape") target.blur();
      return;
    }
    const name = nameOfKey(event);
    const action = registered.find((keys) => Object.hasOwn(keys, name))?.[name];
    if (action && action(event) !== false) event.preventDefault();
  });
}
