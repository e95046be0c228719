import type { AlertEvent, UnreadableEvent } from "./event.ts";
import { boundMetadata } from "./bound-metadata.ts";
import { sha256Hex, utf8 } from "../lib/bytes.ts";
import { safeText } from "../lib/json.ts";
import { jsonSize } from "../lib/json-size.ts";

/** Bounds the fields that are indexed, listed and sent. Lengths in characters. The stored original is complete. */
const MAX_TITLE = 16_384;
const MAX_DESCRIPTION = 65_536;
/** Texts that people search whole or by their start. Postgres rejects index entries over 2704 bytes; 512 characters of UTF-8 stay below. */
const MAX_LABEL = 512;
const MAX_URL = 2048;
const MAX_NOTE = 4096;
const MAX_METADATA = 65_536;
/** As MAX_LABEL. */
export const MAX_KEY = MAX_LABEL;
/** Characters of a reason, which contains a JSON Pointer into the body. */
const MAX_REASON = 300;

/**
 * The events of a delivery, as JSON. Some formats repeat fields of a group in each of its events, so that a body of 1 MiB can
 * become gigabytes; a call of a Durable Object may have 32 MiB.
 */
const MAX_EVENTS_SIZE = 8 * 1024 * 1024;

/** The events of a delivery in a form that can be stored. With too many large ones, each gets an equal share of the limit. */
export function boundEvents(
  events: readonly (AlertEvent | UnreadableEvent)[],
): Promise<(AlertEvent | UnreadableEvent)[]> {
  const share = jsonSize(events, MAX_EVENTS_SIZE) <= MAX_EVENTS_SIZE ? Infinity : MAX_EVENTS_SIZE / events.length;
  return Promise.all(
    events.map((event) =>
      "unreadable" in event
        ? Promise.resolve({ unreadable: cut(event.unreadable, MAX_REASON) })
        : boundEvent(event, share),
    ),
  );
}

/**
 * The event in a form that can be stored: texts without NUL and lone surrogates, everything within bounds, only http(s)
 * links. A long key keeps its beginning and gets the SHA-256 of the whole, so that it stays unique.
 * @param share about how much of its content is kept, in characters of JSON
 */
export async function boundEvent(event: AlertEvent, share = Infinity): Promise<AlertEvent> {
  let left = share;
  /** A text, cut to its limit and to a part of what is left. */
  const bound = (text: string | null, limit: number): string | null => {
    if (text === null) return null;
    // A character may need six in JSON.
    const kept = cut(text, Math.max(1, Math.min(limit, Math.floor(left / 6))));
    left -= jsonSize(kept, limit);
    return kept;
  };
  return {
    ...event,
    alertKey: event.alertKey === null ? null : await boundKey(event.alertKey),
    title: bound(event.title, MAX_TITLE)?.trim() || "Untitled alert",
    externalId: bound(event.externalId, MAX_LABEL),
    eventId: event.eventId === null ? null : await boundKey(event.eventId),
    source: bound(event.source, MAX_LABEL),
    url: httpUrl(event.url, Math.min(MAX_URL, left)),
    author: bound(event.author, MAX_LABEL),
    note: bound(event.note, MAX_NOTE),
    description: bound(event.description, MAX_DESCRIPTION),
    metadata: boundMetadata(event.metadata, Math.max(100, Math.min(MAX_METADATA, Math.floor(left)))),
  };
}

/** A key in a form that can be indexed: itself when short, else its beginning and the SHA-256 of the whole. */
export async function boundKey(key: string): Promise<string> {
  const safe = safeText(key);
  if (safe.length <= MAX_KEY) return safe;
  // The hash covers the original, so two long keys that differ only in unsafe characters stay different.
  return `${start(safe, MAX_KEY - 73)} sha256:${await sha256Hex(utf8(key))}`;
}

/** A text within a length, and in the Unicode form in which people search (NFC). */
function cut(text: string, length: number): string {
  // Three characters may become one.
  return start(safeText(text.slice(0, 4 * length)).normalize("NFC"), length);
}

// A cut may split a surrogate pair. The remaining half becomes U+FFFD.
const start = (safe: string, length: number): string =>
  safe.length <= length ? safe : `${safe.slice(0, length - 1).toWellFormed()}…`;

function httpUrl(text: string | null, length: number): string | null {
  if (text === null || text.length > length || !URL.canParse(text)) return null;
  return /^https?:$/.test(new URL(text).protocol) ? safeText(text) : null;
}
