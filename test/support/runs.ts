import { inject } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    /** Set by TEST_LONG=1, as `npm run test:all` does. */
    isLong: boolean;
  }
}

/**
 * How many random cases a test runs.
 * @param long number in `npm run test:all`
 * @param short number everywhere else; by default a tenth
 */
export const runs = (long: number, short = Math.ceil(long / 10)): number => (inject("isLong") ? long : short);
