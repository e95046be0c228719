/** Forms that a script submits: when a field changes (`data-submit-on-change`), or without leaving the page (`data-submit-in-background`). */
import { all, type Control, find, onEarlyChange } from "./dom.ts";
import { refreshAll } from "./regions.ts";

/** Fields that submit their form when they change. */
const SUBMITTING = "form[data-submit-on-change] *, form.query select";
const CHOICE = "select, [type=checkbox]";

export function startForms(): void {
  addEventListener("change", ({ target }) => {
    const field = target as HTMLInputElement;
    const { form } = field;
    if (!form || !field.matches(SUBMITTING)) return;
    if (field.matches(CHOICE) && isFilterOfPage(form)) filterPage(form);
    else form.requestSubmit();
  });
  addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (!form.matches("[data-submit-in-background]")) return;
    event.preventDefault();
    void submitInBackground(form);
  });
  // Empty conditions are no part of an address.
  addEventListener("formdata", ({ target, formData }) => {
    if (!(target as HTMLFormElement).matches("form.query")) return;
    const empty = [...formData].filter(([, value]) => value === "");
    for (const [name] of empty) formData.delete(name);
  });
  // The script hides the submit button.
  onEarlyChange(
    () => all<Control>(`:is(${SUBMITTING}):is(${CHOICE})`),
    ({ form }) => form && isFilterOfPage(form) && filterPage(form),
  );
  fillTokenField();
}

/** Whether a form filters the list of this page. */
const isFilterOfPage = (form: HTMLFormElement): boolean =>
  form.method === "get" && form.matches('[role="search"]') && new URL(form.action).pathname === location.pathname;

/** Opens the list with another filter in place of this one: Back leaves the list, however often the filter was changed. */
function filterPage(form: HTMLFormElement): void {
  const url = new URL(form.action);
  const conditions = ([...new FormData(form)] as [string, string][]).filter(([, value]) => value !== "");
  url.search = new URLSearchParams(conditions).toString();
  location.replace(url);
}

/** Posts a form; the result appears in a live region. */
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
