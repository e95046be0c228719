/** Brings the tables of a Durable Object up to date when the object wakes. Knows no table. */

/**
 * Applies the steps that the tables have not had yet, each in a transaction. Steps only add tables and columns with a
 * default: a version that finds more steps applied than it knows must still work.
 * @param version how many steps the tables have had
 * @param saveVersion called after each step, within its transaction
 */
export function applySteps(
  storage: DurableObjectStorage,
  steps: readonly string[],
  version: number,
  saveVersion: (version: number) => void,
): void {
  for (const [index, step] of steps.entries()) {
    if (index < version) continue;
    storage.transactionSync(() => {
      storage.sql.exec(step);
      saveVersion(index + 1);
    });
  }
}
