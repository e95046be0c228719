import { Problem } from "../../lib/problem.ts";

/** Each repeat follows a change by another request. */
const MAX_ATTEMPTS = 5;

/**
 * Repeats a change of a silence that another request changed between its read and its write. Clients of Alertmanager have no
 * versions to compare.
 * @param change reads the silence and changes it
 */
export async function repeatIfChanged<T>(change: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await change();
    } catch (error) {
      const isChanged = error instanceof Problem && error.type === "precondition-failed";
      if (!isChanged || attempt === MAX_ATTEMPTS) throw error;
    }
  }
}
