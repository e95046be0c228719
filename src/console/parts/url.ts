/**
 * Changes query parameters of a URL and removes the flash message.
 * @param changes new values by name; undefined removes the parameter
 * @returns path and query
 */
export function withQuery(url: URL | string, changes: Record<string, string | readonly string[] | undefined>): string {
  const changed = new URL(url);
  changed.searchParams.delete("flash");
  for (const [name, value] of Object.entries(changes)) {
    changed.searchParams.delete(name);
    if (value !== undefined) for (const one of [value].flat()) changed.searchParams.append(name, one);
  }
  return changed.pathname + changed.search;
}
