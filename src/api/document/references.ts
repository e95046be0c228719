/** Keywords that describe a schema and do not restrict it. */
export const ANNOTATIONS: ReadonlySet<string> = new Set([
  "description",
  "default",
  "deprecated",
  "example",
  "examples",
]);

/**
 * Writes annotations of a reference beside it, as OpenAPI 3.1 allows: `{ $ref, description }`. The library wraps both into an
 * `allOf`, which generators of clients cannot read for an enum.
 * @returns a copy of any part of a document
 */
export function flattenReferences<T>(node: T): T {
  if (Array.isArray(node)) return node.map((item: unknown) => flattenReferences(item)) as T;
  if (typeof node !== "object" || node === null) return node;
  const entries = Object.entries(node).map(([key, value]) => [key, flattenReferences(value as unknown)] as const);
  return flattened(Object.fromEntries(entries)) as T;
}

function flattened(node: Record<string, unknown>): Record<string, unknown> {
  const { allOf, ...rest } = node;
  if (!Array.isArray(allOf) || allOf.length !== 2) return node;
  const [reference, added] = allOf as [Record<string, unknown>, Record<string, unknown>];
  const isAnnotated = "$ref" in reference && Object.keys({ ...added, ...rest }).every((key) => ANNOTATIONS.has(key));
  return isAnnotated ? { ...reference, ...added, ...rest } : node;
}
