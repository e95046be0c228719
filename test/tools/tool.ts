import type { Harness } from "./harness.ts";

/** The columns of the table in docs/providers/tools.md. */
export const COLUMNS = [
  "trigger",
  "repeat",
  "acknowledge",
  "comment",
  "recovery",
  "flapping",
  "test button",
  "Tocsin down for 20 s",
] as const;

/** The result of each situation. A situation that the program does not have is left out. */
export type Results = Partial<Record<(typeof COLUMNS)[number], string>>;

/** A real monitoring program. */
export interface Tool {
  id: string;
  name: string;
  provider: string;
  /** Debian packages; the first one is the program itself. */
  packages: string[];
  /** Sets the program up by the printed steps and takes it through every situation. @throws Error when a result is wrong */
  run(harness: Harness): Promise<Results>;
}
