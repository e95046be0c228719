/** Texts within the limits of a product. Pure. Lengths are in UTF-16 units, which no product counts lower. */

const ELLIPSIS = "…";

/** All control characters but line breaks and tabs: no product shows them, and JSON writes each as six bytes. */
// oxlint-disable-next-line no-control-regex -- they are what it finds
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f]/g;

/** A text without control characters and space around it; null: nothing is left. */
export const shownText = (text: string | null): string | null => text?.replace(CONTROL, "").trim() || null;

/**
 * Cuts a text to a length, measured after escaping. Neither an escape nor a surrogate pair is cut in two.
 * @param escape escapes one character
 */
export function fit(text: string, max: number, escape: (character: string) => string = (one) => one): string {
  let fitted = "";
  /** Where the ellipsis still has room. */
  let cutAt = 0;
  for (const character of text.replace(CONTROL, "")) {
    const escaped = escape(character);
    if (fitted.length + escaped.length > max) return fitted.slice(0, cutAt) + ELLIPSIS;
    fitted += escaped;
    if (fitted.length <= max - ELLIPSIS.length) cutAt = fitted.length;
  }
  return fitted;
}

/** An http(s) URL in ASCII of at most this length; null: none, which is better than one that was cut. */
export function linkOf(text: string | null, max: number): string | null {
  const url = text === null ? null : URL.parse(text);
  if (!url || (url.protocol !== "https:" && url.protocol !== "http:")) return null;
  const href = url.href.replaceAll("|", "%7C").replaceAll("(", "%28").replaceAll(")", "%29");
  return href.length <= max ? href : null;
}
