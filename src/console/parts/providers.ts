import type { Schemas } from "../../../packages/client/src/index.ts";
import { dataOf } from "../api.ts";
import type { Page } from "../console.ts";

export type Provider = Schemas["Provider"];

/** The catalogue of sources, by name. */
export async function providersOf(c: Page): Promise<Provider[]> {
  const { data } = await dataOf(c.get("api").GET("/v1/providers"));
  return data.toSorted((a, b) => a.name.localeCompare(b.name, "en"));
}

/** Those of which every word of a search is in the name or the id. */
export function searched(providers: readonly Provider[], search: string): Provider[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return providers.filter(({ id, name }) => words.every((word) => `${name} ${id}`.toLowerCase().includes(word)));
}
