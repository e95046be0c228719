/** Paths of this service that requests name, for redirects after sign-in and after a form. Pure. */

/** In characters: long enough for every filter of a list. */
const MAX_LENGTH = 2000;

/** The result contains no origin, so any value works. */
const ANY_ORIGIN = "https://tocsin.invalid";

/**
 * Reads a path of this service the way browsers do, which drop tabs and line breaks, take `\` for `/`, and resolve `..`.
 * @param text a path with its query, from a request
 * @returns the normalized path in ASCII, with the query; null: not a path, or one that a browser takes for another host (`//host`)
 */
export function ownPath(text: string): string | null {
  if (!text.startsWith("/") || text.length > MAX_LENGTH) return null;
  const url = URL.parse(text, ANY_ORIGIN);
  if (url?.origin !== ANY_ORIGIN || url.username !== "" || url.pathname.startsWith("//")) return null;
  return url.pathname + url.search;
}
