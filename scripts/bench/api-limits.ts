/** How long each query of `npm run bench -- api` may take on the large tables. Pure. */
import type { BoundedQuery, Query } from "./api-queries.ts";

/** The limit of a query whose rows do not grow with the table. */
export const MAX_RATIO = 1.5;

/** Below this time, only the round trip is measured. */
export const NOISE_MS = 2;

/** The times of a query. */
export interface Times {
  name: string;
  smallMs: number;
  largeMs: number;
}

/** A query compared with its limit. */
export interface Comparison {
  /** Times as long as what the limit compares with. */
  ratio: number;
  maxRatio: number;
  isMet: boolean;
  /** The query that it is compared with on the large tables; undefined: itself on the small ones. */
  than: string | undefined;
  /** The rows that it reads at most; undefined: as many on both tables. */
  bound: string | undefined;
}

/** Compares a query with its limit. @param all the times of all queries @throws Error when the limit names an unknown query */
export function compare(query: Query | BoundedQuery, times: Times, all: readonly Times[]): Comparison {
  const { maxRatio, than, bound } =
    typeof query === "function" ? { maxRatio: MAX_RATIO, than: undefined, bound: undefined } : query;
  const other = than === undefined ? times.smallMs : all.find(({ name }) => name === than)?.largeMs;
  if (other === undefined) throw new Error(`Unknown query: ${than}`);
  const ratio = times.largeMs / Math.max(other, NOISE_MS);
  return { ratio, maxRatio, isMet: ratio <= maxRatio, than, bound };
}

/** A limit in words. */
export const describeLimit = ({ maxRatio, than }: Pick<Comparison, "maxRatio" | "than">): string =>
  than === undefined ? `${maxRatio} × itself on the small tables` : `${maxRatio} × "${than}" on the large tables`;
