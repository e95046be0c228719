/** Which custom headers a subscription may have. Pure. */

export const MAX_HEADERS = 20;
export const MAX_HEADER_NAME = 100;
export const MAX_HEADER_VALUE = 2000;

/** RFC 9110 §5.1. */
const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/i;

/** Visible ASCII, and spaces and tabs between (RFC 9110 §5.5). Other characters have no encoding that everybody agrees on. */
const VALUE = /^[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?$/;

/** Headers of the connection and the message, which only the sender's software may set. */
const FORBIDDEN = new Set([
  "host",
  "connection",
  "content-length",
  "content-encoding",
  "transfer-encoding",
  "te",
  "trailer",
  "upgrade",
  "keep-alive",
  "expect",
  "via",
  "forwarded",
  "webhook-id",
  "webhook-timestamp",
  "webhook-signature",
  "tocsin-origin",
]);

/** Headers of proxies, of Cloudflare, and of the other form of Standard Webhooks. */
const FORBIDDEN_PREFIX = /^(?:proxy-|sec-|cf-|x-forwarded-|x-real-ip$|svix-)/;

/** Why a header must not be set; null: it may. */
export function headerNameFault(name: string): string | null {
  const lower = name.toLowerCase();
  if (!NAME.test(name) || name.length > MAX_HEADER_NAME)
    return `not a header name of at most ${MAX_HEADER_NAME} characters`;
  return FORBIDDEN.has(lower) || FORBIDDEN_PREFIX.test(lower) ? "set by Tocsin or by the connection" : null;
}

/** Why a value is invalid; null: it is valid. */
export const headerValueFault = (value: string): string | null =>
  value.length <= MAX_HEADER_VALUE && VALUE.test(value)
    ? null
    : `not 1 to ${MAX_HEADER_VALUE} ASCII characters without space around them`;
