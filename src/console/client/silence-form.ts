/** Keeps the preview of a silence current while the user types. */
import { all, type Control, find, onEarlyChange } from "./dom.ts";
import { startPreview } from "./preview.ts";
import { updateTimes } from "./times.ts";

/** What a silence mutes depends on these fields. */
const FIELDS = "[name=matchers], [name=teamId]";

export function startSilenceForm(): void {
  const form = find<HTMLFormElement>("form[data-silence]");
  if (!form) return;
  const update = startPreview(form, "preview", (fresh) => {
    const next = fresh.getElementById("preview");
    if (next) document.getElementById("preview")?.replaceWith(document.importNode(next, true));
    updateTimes();
  });
  form.addEventListener("input", ({ target }) => (target as HTMLElement).matches(FIELDS) && update());
  onEarlyChange(() => all<Control>(FIELDS, form), update);
}
