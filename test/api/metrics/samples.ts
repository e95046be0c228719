/** Reads metrics of an exposition, for tests. */
import type { ReadFamily } from "../../support/exposition.ts";
import type { TestIntegration } from "../../support/worker.ts";

/** Returns the samples of a metric for an integration: the value by its other labels. */
export function samplesOf(
  families: Map<string, ReadFamily>,
  name: string,
  { id }: TestIntegration,
): Record<string, number> {
  const samples = families.get(`tocsin_${name}`)?.samples.filter(({ labels }) => labels.integration === id) ?? [];
  return Object.fromEntries(
    samples.map(({ labels: { integration: _, ...labels }, value }) => [Object.values(labels).join(" "), value]),
  );
}
