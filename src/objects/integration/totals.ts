/**
 * The number of deliveries that an object ever decided, by result. Pure: the outbox saves totals in rows that it writes anyway, in the
 * same transaction as the deliveries. So counting writes no row, and a crash cannot make a total fall.
 */
import { REJECTION_CLASSES, type RejectionClass } from "../../alerts/rejection-class.ts";

/** The order in the saved text. Append new fields at the end. */
const FIELDS = ["lastDeliveryAt", "accepted", "duplicate", ...REJECTION_CLASSES] as const;

/** `lastDeliveryAt`: when the last delivery of a source was accepted or a duplicate, in Unix ms; 0: never. The others are counts. */
export type Totals = Readonly<Record<"lastDeliveryAt" | "accepted" | "duplicate" | RejectionClass, number>>;

const totalsOf = (valueOf: (field: keyof Totals, index: number) => number): Totals =>
  Object.fromEntries(FIELDS.map((field, index) => [field, valueOf(field, index)])) as Totals;

/** The totals before the first delivery. */
export const NO_TOTALS = totalsOf(() => 0);

/** Adds counts, and keeps the later `lastDeliveryAt`. */
export const addTotals = (totals: Totals, more: Partial<Totals>): Totals =>
  totalsOf((field) =>
    field === "lastDeliveryAt"
      ? Math.max(totals.lastDeliveryAt, more.lastDeliveryAt ?? 0)
      : totals[field] + (more[field] ?? 0),
  );

/** The later of two states of the same totals. No field ever falls. */
export const laterTotals = (one: Totals, other: Totals): Totals =>
  totalsOf((field) => Math.max(one[field], other[field]));

/** Totals as text. */
export const writeTotals = (totals: Totals): string => JSON.stringify(FIELDS.map((field) => totals[field]));

/** Totals from their text. @param text null or undefined: none were saved yet */
export function readTotals(text: string | null | undefined): Totals {
  if (!text) return NO_TOTALS;
  const values = JSON.parse(text) as number[];
  return totalsOf((_, index) => values[index] ?? 0);
}
