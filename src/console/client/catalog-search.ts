/** The search of the provider catalog filters while the user types. */
import { all, find } from "./dom.ts";

export function startCatalogSearch(): void {
  const search = find<HTMLInputElement>("[data-search]");
  if (!search) return;
  const providers = all("#catalog [data-text]");
  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const isIn = (text: string | null | undefined) => words.every((word) => text?.toLowerCase().includes(word));
    for (const one of providers) one.hidden = !isIn(one.dataset["text"]);
    for (const section of all("[data-unless-searching]")) section.hidden = words.length > 0;
    const groups = all("[data-group]");
    for (const group of groups) group.hidden = all("[data-text]:not([hidden])", group).length === 0;
    const none = find("#none-found");
    if (none) none.hidden = groups.some((group) => !group.hidden);
    // A product with this name comes before those that only mention it.
    const isNamed = (one: HTMLElement) => words.length === 0 || isIn(one.textContent);
    const sorted = providers.toSorted((a, b) => Number(isNamed(b)) - Number(isNamed(a)));
    for (const one of sorted) one.parentElement?.append(one);
  };
  search.addEventListener("input", filter);
  // Words that the user typed before the script ran, or that the browser restored.
  if (search.value !== "") filter();
}
