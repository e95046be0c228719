import type { AlertEvent, UnreadableEvent } from "../../src/alerts/event.ts";
import { toIso } from "../../src/lib/time.ts";
import { type Provider, type ProviderInput, type Reading } from "../../src/providers/provider.ts";

/** What a case shows of its provider; the columns of the table in docs/providers. */
export const PROOFS = ["trigger", "repeat", "acknowledge", "resolve", "batch", "test", "placeholders", "odd"] as const;
export type Proof = (typeof PROOFS)[number];

/** An event as a case expects it: the fields that matter, the time as ISO 8601. */
export type Expected = Partial<Omit<AlertEvent, "occurredAt">> & { occurredAt?: string | null };

/** One delivery and how it is read. */
export interface Case {
  proves: Proof;
  /** What is odd, or which of several forms it is. */
  name?: string;
  /** The body: the provider's sample changed by this JSON Merge Patch (RFC 7396) … */
  patch?: unknown;
  /** … or this instead. */
  body?: unknown;
  headers?: Record<string, string>;
  path?: string;
  query?: string;
  /** Each event in its order; empty: it is no alert. */
  reads?: (Expected | { unreadable: string })[];
  /** Or why it is rejected. */
  refuses?: RegExp;
}

export interface Contract {
  provider: Provider;
  cases: Case[];
}

/** RFC 7396. */
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

/** What the provider is given for a case. */
export function inputOf(
  provider: Provider,
  { patch, body, headers, path, query }: Omit<Case, "proves">,
): ProviderInput {
  const { sample } = provider;
  return {
    headers: new Headers({ ...sample.headers, ...headers }),
    body: body ?? (patch === undefined ? sample.body : mergePatch(sample.body, patch)),
    path: path ?? sample.path ?? "",
    query: new URLSearchParams(query),
    receivedAt: Date.parse("2026-09-21T14:15:00Z"),
  };
}

/** A reading's events with their times as a person reads them. */
export const legible = (reading: Reading): unknown[] =>
  reading.events.map((event: AlertEvent | UnreadableEvent) =>
    "unreadable" in event
      ? event
      : { ...event, occurredAt: event.occurredAt === null ? null : toIso(event.occurredAt) },
  );
