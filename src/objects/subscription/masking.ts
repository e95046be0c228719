/** Masks what a request and its answer must not show: credentials, signatures, and the secret parts of URLs. Pure. */
import { maskText } from "../../lib/mask.ts";
import { isSensitiveHeader, REDACTED } from "../../lib/sensitive.ts";
import type { Credentials } from "./credentials.ts";

/** A shorter text is no secret, and masking it would make other texts unreadable. */
const MIN_SECRET_LENGTH = 8;

/** Path segments from this length on may be tokens, as in the URLs of Slack and Discord. */
const MIN_TOKEN_LENGTH = 16;

/**
 * A URL whose query values and long path segments are masked: the URLs of many webhooks are credentials.
 * @param url a valid URL
 */
export function maskUrl(url: string): string {
  const { origin, pathname, searchParams } = new URL(url);
  const path = pathname
    .split("/")
    .map((segment) => (segment.length >= MIN_TOKEN_LENGTH ? REDACTED : segment))
    .join("/");
  const query = [...searchParams.keys()].map((name) => `${encodeURIComponent(name)}=${REDACTED}`).join("&");
  return origin + path + (query && `?${query}`);
}

/** Headers with masked credentials. @param custom names of the custom headers, in any case */
export function maskHeaders(
  headers: Readonly<Record<string, string>>,
  custom: readonly string[],
): Record<string, string> {
  const secret = new Set(custom.map((name) => name.toLowerCase()));
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      secret.has(name) || isSensitiveHeader(name) ? REDACTED : value,
    ]),
  );
}

/** Everything that may be neither in a stored body nor in a stored answer. */
export function secretsIn(url: string, { headers, presetKey }: Credentials): string[] {
  const { pathname, searchParams } = new URL(url);
  return [
    ...Object.values(headers).flatMap((value) => [value, ...value.split(/\s+/)]),
    ...(presetKey === null ? [] : [presetKey]),
    ...pathname.split("/").filter((segment) => segment.length >= MIN_TOKEN_LENGTH),
    ...searchParams.values(),
  ]
    .filter((secret) => secret.length >= MIN_SECRET_LENGTH)
    .toSorted((a, b) => b.length - a.length);
}

/** The beginning of a text, with masked secrets. */
export const maskedStart = (text: string, secrets: readonly string[], max: number): string =>
  maskText(text.slice(0, max + MAX_SECRET_LENGTH), secrets).slice(0, max);

/** Longer than any secret: one that begins before the cut is found whole. */
const MAX_SECRET_LENGTH = 2100;
