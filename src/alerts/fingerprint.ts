import type { AlertEvent, UnreadableEvent } from "./event.ts";
import canonicalize from "canonicalize";
import { sha256Hex, utf8 } from "../lib/bytes.ts";
import { isObject } from "../lib/json.ts";

/**
 * The content fingerprint of a delivery: SHA-256 (hex) over the RFC 8785 canonical JSON of its events, without the fields
 * that the provider calls volatile and without expiries: a renewal has the same content. Canonical JSON keeps field boundaries: ("ab","c") and ("a","bc") differ.
 */
export function contentFingerprint(
  events: readonly unknown[],
  volatile: readonly (keyof AlertEvent)[],
): Promise<string> {
  const omitted = Object.fromEntries([...volatile, "expiresAt"].map((field) => [field, null]));
  const stable = events.map((event) => (isObject(event) ? { ...event, ...omitted } : event));
  return sha256Hex(utf8(canonicalize(stable) ?? ""));
}

/**
 * The events fingerprint of a delivery: SHA-256 (hex) over the action and the alert key of each event, and whether it ends an
 * acknowledgement; without a key, the title. Deliveries with different events fingerprints are different deliveries, even under one idempotency key.
 */
export const eventsFingerprint = (events: readonly (AlertEvent | UnreadableEvent)[]): Promise<string> =>
  sha256Hex(
    utf8(
      JSON.stringify(
        events.map((event) =>
          "unreadable" in event
            ? null
            : [event.action, event.endsAcknowledgement, event.alertKey, event.alertKey === null ? event.title : null],
        ),
      ),
    ),
  );
