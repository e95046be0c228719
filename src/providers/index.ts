import { alertmanager } from "./alertmanager.ts";
import { generic } from "./generic.ts";
import type { Provider } from "./provider.ts";

/** Every provider by its id. */
export const PROVIDERS: ReadonlyMap<string, Provider> = new Map(
  [generic, alertmanager].map((provider) => [provider.id, provider]),
);
