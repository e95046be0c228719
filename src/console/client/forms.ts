/** Forms that a script submits: when a field changes (`data-submit-on-change`), or without leaving the page (`data-submit-in-background`). */
import { find } from "./dom.ts";
import { refreshAll } from "./regions.ts";

export function startForms(): void {
  addEventListener("change", ({ target }) => {
    const { form } = target as HTMLInputElement;
    if (form?.matches("[data-submit-on-change]")) form.requestSubmit();
  });
  addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (!form.matches("[data-submit-in-background]")) return;
    event.preventDefault();
    void submitInBackground(form);
  });
  fillTokenField();
}

/** Posts a form; the result appears in a polled region. */
async function submitInBackground(form: HTMLFormElement): Promise<void> {
  const button = find<HTMLButtonElement>("button", form);
  if (button) button.disabled = true;
  const response = await fetch(form.action, { method: "POST", body: new FormData(form) }).catch(() => null);
  if (button) button.disabled = false;
  if (response?.ok) refreshAll();
  else form.submit();
}

/** The password token is in the fragment, which browsers do not send to servers. */
function fillTokenField(): void {
  const field = find<HTMLInputElement>("[data-from-fragment]");
  if (!field || location.hash.length <= 1) return;
  field.value = decodeURIComponent(location.hash.slice(1));
  history.replaceState(null, "", location.pathname);
}
