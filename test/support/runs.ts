import { inject } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    /** Set by TEST_LONG=1, as `npm run test:all` does. */
    isLong: boolean;
  }
}

/**
 * How many random cases a property test runs.
 * @param long in `npm run test:all`; everywhere else a tenth of it
 */
export const runs = (long: number): number => (inject("isLong") ? long : Math.ceil(long / 10));
