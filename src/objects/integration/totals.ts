/**
 * How many deliveries an object ever decided on, by what became of them. They travel in rows that are written anyway, in the
 * same transaction as the deliveries: counting writes no row, and no crash makes a number fall.
 */
import { REJECTION_CLASSES, type RejectionClass } from "../../alerts/rejection-class.ts";

/** In this order they are kept: new ones go to the end. */
const FIELDS = ["takenAt", "accepted", "duplicate", ...REJECTION_CLASSES] as const;

/** `takenAt`: when a source's delivery was last taken, in Unix ms; 0: none was. All others count. */
export type Totals = Readonly<Record<"takenAt" | "accepted" | "duplicate" | RejectionClass, number>>;

const totalsOf = (valueOf: (field: keyof Totals, index: number) => number): Totals =>
  Object.fromEntries(FIELDS.map((field, index) => [field, valueOf(field, index)])) as Totals;

/** Nothing was decided on yet. */
export const NO_TOTALS = totalsOf(() => 0);

/** Totals and what is added to them; of the times the latest. */
export const addTotals = (totals: Totals, more: Partial<Totals>): Totals =>
  totalsOf((field) =>
    field === "takenAt" ? Math.max(totals.takenAt, more.takenAt ?? 0) : totals[field] + (more[field] ?? 0),
  );

/** Of two states of the same totals the later one: they only rise. */
export const laterTotals = (one: Totals, other: Totals): Totals =>
  totalsOf((field) => Math.max(one[field], other[field]));

/** Totals as text. */
export const writeTotals = (totals: Totals): string => JSON.stringify(FIELDS.map((field) => totals[field]));

/** Totals from their text; null: nothing was written yet. */
export function readTotals(text: string | null | undefined): Totals {
  if (!text) return NO_TOTALS;
  const values = JSON.parse(text) as number[];
  return totalsOf((_, index) => values[index] ?? 0);
}
