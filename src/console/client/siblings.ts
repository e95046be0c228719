/** The list that an alert was opened from: its address, and the alerts before and after. Kept for the tab. */

const KEY = "alert-list";

interface List {
  url: string;
  ids: readonly string[];
}

export function rememberList(ids: readonly string[]): void {
  const list: List = { url: location.pathname + location.search, ids };
  try {
    sessionStorage.setItem(KEY, JSON.stringify(list));
  } catch {
    // Without storage, the page of an alert has no neighbors.
  }
}

/** The list, and the neighbors of an alert in it. Null: the alert was not opened from a list. */
export function siblingsOf(
  id: string,
): { url: string; previous: string | null; next: string | null; at: number; of: number } | null {
  try {
    const list = JSON.parse(sessionStorage.getItem(KEY) ?? "null") as List | null;
    const at = list?.ids.indexOf(id) ?? -1;
    if (!list || at === -1) return null;
    return {
      url: list.url,
      previous: list.ids[at - 1] ?? null,
      next: list.ids[at + 1] ?? null,
      at,
      of: list.ids.length,
    };
  } catch {
    return null;
  }
}
