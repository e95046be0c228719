/** Runs a request for each of several ids. */
import type { Output } from "./output.ts";
import { CliError, EXIT, type ExitCode, ResponseError, worstOf } from "./errors.ts";

/**
 * Runs the requests one after the other, and prints each id with its outcome. An id that fails does not stop the others, unless the
 * service is unavailable or denies access.
 * @param outcome the word for a success, such as `expired`
 * @returns the exit code
 */
export async function forEachId(
  output: Output,
  ids: readonly string[],
  outcome: string,
  work: (id: string) => Promise<void>,
): Promise<ExitCode> {
  const results: { id: string; outcome: string }[] = [];
  const failures: ExitCode[] = [];
  try {
    for (const id of ids) {
      try {
        await work(id);
        results.push({ id, outcome });
      } catch (error) {
        if (!(error instanceof ResponseError) || error.exitCode === EXIT.unavailable || error.exitCode === EXIT.denied)
          throw error;
        failures.push(error.exitCode);
        output.error(new CliError(error.exitCode, `${id}: ${error.message}`, error.problem));
      }
    }
  } finally {
    if (output.isJson) output.json({ results });
    else
      output.table(
        [
          { header: "ID", text: ({ id }) => id },
          { header: "OUTCOME", text: (result) => result.outcome },
        ],
        results,
      );
  }
  return worstOf(failures);
}
