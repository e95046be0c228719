/**
 * Finds what may be a credential in a request that is not verified, in any format. Sources also put tokens into parameters of
 * URLs, XML, multipart forms and paths. It finds too much, which only costs the record of a rejected request some words.
 */
import { entriesOf } from "../lib/headers.ts";
import type { SignedRequest } from "./verifier.ts";

/** Bounds of the search, because anyone can send a request. */
const MAX_SECRETS = 16;
const MAX_SEARCHED_BYTES = 64 * 1024;

/** Shorter values may be public ids, such as the token of a check. */
const MIN_LENGTH = 16;
const MAX_LENGTH = 1024;

const NAME = "token|secret|passw(?:or)?d|passwd|authorization|signature|credentials?|[a-z]{1,20}[_-]?key";

/** Names of keys that are no credentials: a replay needs the keys of the alert. */
const PUBLIC_KEY =
  /(?:alert|dedup|dedupe|deduplication|idempotency|incident|event|group|issue|metric|project)[_-]?key/i;

/** A name in JSON, YAML, XML, a URL or a form, and its value. */
const NAMED = new RegExp(
  String.raw`(${NAME})\\?["']?(?:\s{0,8}(?:[:=>]|%3D)|\r?\n(?:content-[^\n]{0,200}\n)?\r?\n)\s{0,8}\\?["']?(?:[A-Za-z]{3,10} {1,4})?([^\s"'<>&,;]{${MIN_LENGTH},${MAX_LENGTH}})`,
  "gi",
);

/**
 * The suspected credentials of a request, as they are written, each once.
 * @param content the body without its Content-Encoding
 * @param isPathKnown whether the path has a meaning; segments of another one may be keys
 */
export function suspectedSecrets(
  { headers, url }: Pick<SignedRequest, "headers" | "url">,
  content: Uint8Array,
  isPathKnown: boolean,
): string[] {
  const found = [
    ...(isPathKnown ? [] : inPath(url)),
    ...entriesOf(headers).flatMap(([, value]) => named(value)),
    // In UTF-16, a NUL stands between two characters.
    ...named(new TextDecoder().decode(content.subarray(0, MAX_SEARCHED_BYTES)).replaceAll("\0", "")),
  ];
  return [...new Set(found)].slice(0, MAX_SECRETS);
}

function named(text: string): string[] {
  const found: string[] = [];
  for (const [, name = "", value = ""] of text.matchAll(NAMED)) {
    if (PUBLIC_KEY.test(name)) continue;
    if (found.push(value.replace(/\\+$/, "")) >= MAX_SECRETS) break;
  }
  return found;
}

/** Segments after the ingest URL that look random: a digit and a letter, and no word boundary. */
const inPath = ({ pathname }: URL): string[] =>
  pathname
    .split("/")
    .slice(3)
    .filter((segment) => segment.length >= MIN_LENGTH && /\d/.test(segment) && /[a-z]/i.test(segment));
