import * as all from "./all.ts";
import type { Provider } from "./provider.ts";

/** Every provider by its id, in the order of their ids. */
export const PROVIDERS: ReadonlyMap<string, Provider> = new Map(
  Object.values<Provider>(all)
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map((provider) => [provider.id, provider]),
);
