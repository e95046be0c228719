import type { Schemas } from "../../../packages/client/src/index.ts";
import { dataOf } from "../api.ts";
import type { Page } from "../context.ts";

export type Provider = Schemas["Provider"];

/** Loads the provider catalog, sorted by name. */
export async function loadProviders(c: Page): Promise<Provider[]> {
  const { data } = await dataOf(c.get("api").GET("/v1/providers"));
  return data.toSorted((a, b) => a.name.localeCompare(b.name, "en"));
}

type Category = Provider["category"];

/** The categories with their labels, in the order of the catalog. */
export const CATEGORY_LABELS: Readonly<Record<Category, string>> = {
  metrics: "Metrics and dashboards",
  observability: "Observability platforms",
  infrastructure: "Servers and networks",
  cloud: "Cloud providers",
  uptime: "Uptime and synthetic checks",
  errors: "Error tracking",
  logs: "Logs and security",
  heartbeats: "Cron jobs and heartbeats",
  deployments: "Builds and deployments",
  incidents: "Incidents and tickets",
  generic: "Anything that sends JSON",
};

export const CATEGORIES = Object.keys(CATEGORY_LABELS) as Category[];

type Searchable = Pick<Provider, "id" | "name" | "category" | "keywords">;

/** The text in which the search of the catalog looks for words. */
export const searchTextOf = ({ id, name, category, keywords }: Searchable): string =>
  [name, id, CATEGORY_LABELS[category], ...keywords].join(" ").toLowerCase();

/** Providers whose name, id, category or keywords contain every word of the search; those with all words in their name first. */
export function searchProviders<P extends Searchable>(providers: readonly P[], search: string): P[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = providers.filter((provider) => words.every((word) => searchTextOf(provider).includes(word)));
  const isNamed = ({ name }: P) => words.every((word) => name.toLowerCase().includes(word));
  return [...found.filter(isNamed), ...found.filter((provider) => !isNamed(provider))];
}
