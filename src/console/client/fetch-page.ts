/** Fetches a page of the console again, to take parts of it over. */
import { showConnection } from "./connection.ts";

/**
 * Fetches a page. If the session has ended, the browser loads the sign-in page instead.
 * @param url default: this page
 * @returns null: not reached, an error, or no session
 */
export async function fetchPage(url = location.href): Promise<Document | null> {
  const response = await fetch(url, { headers: { accept: "text/html" } }).catch(() => null);
  showConnection(response !== null && response.status < 500);
  if (!response?.ok) return null;
  if (response.redirected && new URL(response.url).pathname === "/sign-in") {
    location.reload();
    return null;
  }
  return new DOMParser().parseFromString(await response.text(), "text/html");
}
