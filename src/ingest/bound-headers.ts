/** Bounds of the headers that a record keeps. */
import { utf8 } from "../lib/bytes.ts";

const MAX_VALUE_LENGTH = 1024;

/**
 * The headers that fit into a number of bytes of JSON, each value cut to 1,024 characters. A header that does not fit is
 * left out, and later ones may still fit.
 */
export function boundHeaders(headers: readonly [string, string][], maxBytes: number): Record<string, string> {
  const kept: [string, string][] = [];
  // The braces of the JSON object.
  let bytes = 2;
  for (const [name, value] of headers) {
    const text = value.slice(0, MAX_VALUE_LENGTH).toWellFormed();
    // A colon and a comma.
    const size = jsonBytes(name) + jsonBytes(text) + 2;
    if (bytes + size > maxBytes) continue;
    bytes += size;
    kept.push([name, text]);
  }
  return Object.fromEntries(kept);
}

const PLAIN = /^[\x20-\x21\x23-\x5b\x5d-\x7e]*$/;

const jsonBytes = (text: string): number => (PLAIN.test(text) ? text.length + 2 : utf8(JSON.stringify(text)).length);
