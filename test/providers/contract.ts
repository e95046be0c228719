import type { AlertEvent, UnreadableEvent } from "../../src/alerts/event.ts";
import { toIsoOrNull } from "../../src/lib/time.ts";
import { type Provider, type ProviderInput, type Reading } from "../../src/providers/provider.ts";

/**
 * The kinds of test cases, and the columns of the table in docs/providers. The first case of `repeat`, `acknowledge`, `resolve` and
 * `note` must have the alert key of the first `trigger`.
 */
export const CASE_KINDS = [
  "trigger",
  // The unresolved alert again, such as a reminder or another severity.
  "repeat",
  "acknowledge",
  "resolve",
  // A comment of a person.
  "note",
  // Several alerts in one body.
  "batch",
  // The test button of the source.
  "test",
  // Placeholders that the source did not replace, in the operator's template.
  "placeholders",
  // Everything else: unknown words, missing fields, wrong bodies.
  "odd",
] as const;
export type CaseKind = (typeof CASE_KINDS)[number];

const INSTANTS = ["occurredAt", "startedAt", "expiresAt", "snoozedUntil"] as const satisfies (keyof AlertEvent)[];
type Instant = (typeof INSTANTS)[number];

/** The expected fields of an event. Instants are ISO 8601. */
export type Expected = Partial<Omit<AlertEvent, Instant>> & { [Field in Instant]?: string | null };

/** One delivery and the expected result, either `reads` or `rejects`. It arrives at RECEIVED_AT. */
export interface Case {
  kind: CaseKind;
  /** The difference from other cases of its kind. */
  name?: string;
  /** JSON Merge Patch (RFC 7396) that is applied to the sample of the provider: null deletes a field, a list replaces a list. */
  patch?: unknown;
  /** The whole body, instead of a patched sample. */
  body?: unknown;
  headers?: Record<string, string>;
  path?: string;
  query?: string;
  /** The expected events in order, each with the fields that matter; `[]`: no alert. */
  reads?: (Expected | { unreadable: string })[];
  /** The expected error, if the provider rejects the body. */
  rejects?: RegExp;
}

export interface Contract {
  provider: Provider;
  cases: Case[];
}

/** Applies a JSON Merge Patch (RFC 7396). */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return patch;
  const result: Record<string, unknown> =
    typeof target === "object" && target !== null && !Array.isArray(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = mergePatch(result[key], value);
  }
  return result;
}

/** When the delivery of a case arrives. Samples have times shortly before it. */
const RECEIVED_AT = Date.parse("2026-09-21T14:15:00Z");

/** The provider's input for a case. */
export function inputOf(provider: Provider, { patch, body, headers, path, query }: Omit<Case, "kind">): ProviderInput {
  const { sample } = provider;
  return {
    headers: new Headers({ ...sample.headers, ...headers }),
    body: body ?? (patch === undefined ? sample.body : mergePatch(sample.body, patch)),
    path: path ?? sample.path ?? "",
    query: new URLSearchParams(query),
    receivedAt: RECEIVED_AT,
  };
}

/** The events of a reading, with instants as ISO 8601. */
export const readableEvents = (reading: Reading): unknown[] =>
  reading.events.map((event: AlertEvent | UnreadableEvent) =>
    "unreadable" in event
      ? event
      : { ...event, ...Object.fromEntries(INSTANTS.map((field) => [field, toIsoOrNull(event[field])])) },
  );
