import type { AlertEvent } from "./event.ts";
import canonicalize from "canonicalize";
import { sha256Hex, utf8 } from "../lib/bytes.ts";
import { isObject } from "../lib/json.ts";

/**
 * The content fingerprint of a delivery: SHA-256 (hex) over the RFC 8785 canonical JSON of its events, without the fields
 * that the provider calls volatile. Canonical JSON keeps field boundaries: ("ab","c") and ("a","bc") differ.
 */
export function contentFingerprint(
  events: readonly unknown[],
  volatile: readonly (keyof AlertEvent)[],
): Promise<string> {
  const omitted = Object.fromEntries(volatile.map((field) => [field, null]));
  const stable = events.map((event) => (isObject(event) ? { ...event, ...omitted } : event));
  return sha256Hex(utf8(canonicalize(stable) ?? ""));
}
