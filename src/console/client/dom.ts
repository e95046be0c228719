/** Queries of the document with types. */

export const all = <T extends Element = HTMLElement>(selector: string, within: ParentNode = document): T[] => [
  ...within.querySelectorAll<T>(selector),
];

export const find = <T extends Element = HTMLElement>(selector: string, within: ParentNode = document): T | null =>
  within.querySelector<T>(selector);

/** A field of a form, trimmed; empty if it is missing. */
export function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value.trim() : "";
}

/** A control that the user can change. */
export type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/**
 * Runs `apply` if a control differs from the page as it was sent, once the page shows: the user was faster than the script, or the browser
 * restored the control. Chromium does that after `load`, before `pageshow`, and without an event.
 */
export function onEarlyChange(controls: () => Control[], apply: (changed: Control) => void): void {
  addEventListener("pageshow", () => {
    const changed = controls().find(isChanged);
    if (changed) apply(changed);
  });
}

/** Whether a control differs from the page as it was sent. */
export function isChanged(control: Control): boolean {
  if (control instanceof HTMLSelectElement) {
    const sent = [...control.options].find(({ defaultSelected }) => defaultSelected) ?? control.options[0];
    return sent?.selected === false;
  }
  const isBox = control instanceof HTMLInputElement && ["checkbox", "radio"].includes(control.type);
  return isBox ? control.checked !== control.defaultChecked : control.value !== control.defaultValue;
}
