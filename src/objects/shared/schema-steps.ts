/** The schema of a Durable Object's SQLite, brought up to date when the object wakes. */

/**
 * Applies the steps that the storage has not had, each in a transaction. Steps that were released are never edited; an older
 * version that finds more steps applied than it knows works on, so steps only add.
 * @param version how many it has had
 * @param noteVersion is told, within its transaction, after each
 */
export function applySteps(
  storage: DurableObjectStorage,
  steps: readonly string[],
  version: number,
  noteVersion: (version: number) => void,
): void {
  for (const [index, step] of steps.entries()) {
    if (index < version) continue;
    storage.transactionSync(() => {
      storage.sql.exec(step);
      noteVersion(index + 1);
    });
  }
}
