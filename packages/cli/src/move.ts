/** Moving alerts to another status, which `ack` and `resolve` have in common. */
import type { Schemas } from "../../client/src/index.ts";
import { WORD_COLORS } from "./colors.ts";
import type { Context, Options, Values } from "./command.ts";
import { CliError, EXIT, type ExitCode, worstOf } from "./errors.ts";
import { startProgress } from "./progress.ts";
import { answered } from "./service.ts";
import type { Column } from "./table.ts";

export const MOVE_OPTIONS = {
  note: { type: "string", value: "TEXT", summary: "Why; it stands in the alert's timeline" },
} as const satisfies Options;

export const MOVE_OPERAND = { name: "ID", summary: "An alert", isRepeatable: true } as const;

/** So many the API takes at a time. */
const AT_A_TIME = 500;

type Status = Schemas["Alert"]["status"];
type Result = Schemas["BulkResult"]["results"][number];

const COLUMNS: readonly Column<Result>[] = [
  { header: "ID", text: ({ id }) => id },
  { header: "STATUS", text: ({ status }) => status ?? "", color: ({ status }) => WORD_COLORS.get(status ?? "") },
  { header: "OUTCOME", text: ({ outcome }) => (outcome === "changed" ? "changed" : "as it was") },
];

/** Moves alerts, and tells what became of each. Those that have the status already are done. */
export async function moveAlerts(
  { output, service }: Context,
  ids: readonly string[],
  status: Status,
  { note }: Values<typeof MOVE_OPTIONS>,
): Promise<ExitCode> {
  const { client } = service();
  const progress = startProgress(output, "Alerts", ids.length);
  const whole: Schemas["BulkResult"] = { results: [], changed: 0, isComplete: true };
  try {
    for (let at = 0; at < ids.length; at += AT_A_TIME) {
      const some = ids.slice(at, at + AT_A_TIME);
      const body = { ids: some, status, ...(note !== undefined && { note }) };
      const reply = await answered(client.POST("/v1/alerts/bulk", { body }));
      whole.results.push(...reply.results);
      whole.changed += reply.changed;
      progress.advance(some.length);
    }
  } finally {
    progress.end();
  }
  const failures = whole.results.flatMap((result) => failureOf(result, status) ?? []);
  if (output.isJson) output.json(whole);
  else
    output.table(
      COLUMNS,
      whole.results.filter((result) => failureOf(result, status) === null),
    );
  // With --json each result tells its own failure.
  if (!output.isJson) for (const failure of failures) output.error(failure);
  return worstOf(failures.map(({ exitCode }) => exitCode));
}

function failureOf(result: Result, wanted: Status): CliError | null {
  switch (result.outcome) {
    case "changed":
      return null;
    case "conflict":
      return result.status === wanted ? null : new CliError(EXIT.failed, `${result.id}: ${result.detail}`);
    case "not-found":
      return new CliError(EXIT.notFound, `${result.id}: there is no such alert`);
    case "unavailable":
      return new CliError(EXIT.unavailable, `${result.id}: ${result.detail}`);
  }
}
