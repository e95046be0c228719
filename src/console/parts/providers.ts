import type { Schemas } from "../../../packages/client/src/index.ts";
import { dataOf } from "../api.ts";
import type { Page } from "../context.ts";

export type Provider = Schemas["Provider"];

/** Loads the provider catalog, sorted by name. */
export async function loadProviders(c: Page): Promise<Provider[]> {
  const { data } = await dataOf(c.get("api").GET("/v1/providers"));
  return data.toSorted((a, b) => a.name.localeCompare(b.name, "en"));
}

/** Providers whose name or id contains every word of the search. */
export function searchProviders(providers: readonly Provider[], search: string): Provider[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return providers.filter(({ id, name }) => words.every((word) => `${name} ${id}`.toLowerCase().includes(word)));
}
