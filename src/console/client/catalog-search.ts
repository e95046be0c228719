/** The search of the provider catalog filters while the user types. */
import { all, find } from "./dom.ts";

export function startCatalogSearch(): void {
  const search = find<HTMLInputElement>("[data-search]");
  search?.addEventListener("input", () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const one of all("[data-text]")) one.hidden = !words.every((word) => one.dataset["text"]?.includes(word));
    for (const section of all("[data-unless-searching]")) section.hidden = words.length > 0;
    const groups = all("[data-group]");
    for (const group of groups) group.hidden = all("[data-text]:not([hidden])", group).length === 0;
    const none = find("#none-found");
    if (none) none.hidden = groups.some((group) => !group.hidden);
  });
}
