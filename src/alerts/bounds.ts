import type { AlertEvent } from "./event.ts";
import { sha256Hex, utf8 } from "../lib/bytes.ts";
import { isObject, safeJson, safeText } from "../lib/json.ts";

/** Bounds the fields that are indexed, listed and sent. Lengths in characters. The stored original is complete. */
const MAX_TITLE = 16_384;
const MAX_DESCRIPTION = 65_536;
const MAX_LABEL = 1024;
const MAX_URL = 2048;
const MAX_NOTE = 4096;
const MAX_METADATA = 65_536;
/** Postgres rejects index entries over 2704 bytes; 512 characters of UTF-8 stay below. */
export const MAX_KEY = 512;

/**
 * The event in a form that can be stored: texts without NUL and lone surrogates, everything within bounds, only http(s)
 * links. A long key keeps its beginning and gets the SHA-256 of the whole, so that it stays unique.
 */
export async function boundEvent(event: AlertEvent): Promise<AlertEvent> {
  return {
    ...event,
    alertKey: event.alertKey === null ? null : await boundKey(event.alertKey),
    externalId: cutOrNull(event.externalId, MAX_LABEL),
    title: cut(event.title, MAX_TITLE).trim() || "Untitled alert",
    description: cutOrNull(event.description, MAX_DESCRIPTION),
    source: cutOrNull(event.source, MAX_LABEL),
    url: httpUrl(event.url),
    note: cutOrNull(event.note, MAX_NOTE),
    author: cutOrNull(event.author, MAX_LABEL),
    metadata: boundMetadata(event.metadata),
  };
}

/** A key in a form that can be indexed: itself when short, else its beginning and the SHA-256 of the whole. */
export async function boundKey(key: string): Promise<string> {
  const safe = safeText(key);
  if (safe.length <= MAX_KEY) return safe;
  // The hash covers the original, so two long keys that differ only in unsafe characters stay different.
  return `${cut(safe, MAX_KEY - 73)} sha256:${await sha256Hex(utf8(key))}`;
}

function cut(text: string, length: number): string {
  const safe = safeText(text);
  // A cut may split a surrogate pair. The remaining half becomes U+FFFD.
  return safe.length <= length ? safe : `${safe.slice(0, length - 1).toWellFormed()}…`;
}

const cutOrNull = (text: string | null, length: number): string | null => (text === null ? null : cut(text, length));

function httpUrl(text: string | null): string | null {
  if (text === null || text.length > MAX_URL || !URL.canParse(text)) return null;
  return /^https?:$/.test(new URL(text).protocol) ? safeText(text) : null;
}

/** Keeps entries while they fit, and names the others under `omitted`. */
function boundMetadata(metadata: Record<string, unknown>): Record<string, unknown> {
  const safe = safeJson(metadata);
  if (!isObject(safe) || JSON.stringify(safe).length <= MAX_METADATA) return isObject(safe) ? safe : {};
  const kept: Record<string, unknown> = {};
  const omitted: string[] = [];
  let left = MAX_METADATA;
  for (const [key, value] of Object.entries(safe)) {
    const size = key.length + JSON.stringify(value).length + 4;
    if (size <= left) {
      kept[key] = value;
      left -= size;
    } else if (omitted.length < 100) omitted.push(cut(key, 100));
  }
  return { ...kept, omitted };
}
