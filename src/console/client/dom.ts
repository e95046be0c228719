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

/**
 * Whether a field differs from the page as it was sent: the user was faster than the script, or the browser restored the field. Chromium
 * restores fields after `load`, before `pageshow`, and without an event.
 */
export function isChanged(field: HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement): boolean {
  if (field instanceof HTMLSelectElement) {
    const sent = [...field.options].find(({ defaultSelected }) => defaultSelected) ?? field.options[0];
    return sent?.selected === false;
  }
  const isBox = field instanceof HTMLInputElement && ["checkbox", "radio"].includes(field.type);
  return isBox ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
}
