/** Keeps the preview of a silence current while the user types. */
import { find } from "./dom.ts";
import { updateTimes } from "./times.ts";

const PAUSE_MS = 400;

export function startSilenceForm(): void {
  const form = find<HTMLFormElement>("form[data-silence]");
  if (!form) return;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let latest = 0;
  const update = async () => {
    const run = ++latest;
    const body = new FormData(form);
    body.set("operation", "preview");
    const response = await fetch(form.action, { method: "POST", body }).catch(() => null);
    if (!response || run !== latest) return;
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html").getElementById("preview");
    if (fresh) document.getElementById("preview")?.replaceWith(document.importNode(fresh, true));
    updateTimes();
  };
  form.addEventListener("input", ({ target }) => {
    const { name } = target as HTMLInputElement;
    if (name !== "matchers" && name !== "teamId") return;
    clearTimeout(timer);
    timer = setTimeout(() => void update(), PAUSE_MS);
  });
}
