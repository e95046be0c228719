/** Changes the status of alerts, for `alerts ack` and `alerts resolve`. */
import { Command } from "commander";
import type { Schemas } from "../../client/src/index.ts";
import { dataOf } from "./api-client.ts";
import { WORD_COLORS } from "./colors.ts";
import { action, type Context } from "./command.ts";
import { CliError, EXIT, type ExitCode, worstOf } from "./errors.ts";
import { startProgress } from "./progress.ts";
import type { Column } from "./table.ts";

/** The most alerts that the API changes in one request. */
const MAX_BATCH_ALERTS = 500;

type Status = Schemas["Alert"]["status"];
type Result = Schemas["BulkResult"]["results"][number];

const COLUMNS: readonly Column<Result>[] = [
  { header: "ID", text: ({ id }) => id },
  { header: "STATUS", text: ({ status }) => status ?? "", color: ({ status }) => WORD_COLORS.get(status ?? "") },
  { header: "OUTCOME", text: outcomeOf },
];

/** Makes a command that changes the status of alerts. Alerts that already have the status are no failure. */
export const statusCommand = (name: string, status: Status): Command =>
  new Command(name)
    .argument("<id...>", "ids of alerts")
    .option("--note <text>", "reason, recorded in the timeline of each alert")
    .action(
      action((context: Context, { note }: { note?: string }, ids: string[]) =>
        changeStatus(context, ids, status, note),
      ),
    );

async function changeStatus(
  { output, service }: Context,
  ids: readonly string[],
  status: Status,
  note: string | undefined,
): Promise<ExitCode> {
  const { client } = service();
  const progress = startProgress(output, "Alerts", ids.length);
  const total: Schemas["BulkResult"] = { results: [], changed: 0, isComplete: true };
  try {
    for (let at = 0; at < ids.length; at += MAX_BATCH_ALERTS) {
      const batch = ids.slice(at, at + MAX_BATCH_ALERTS);
      const body = { ids: batch, status, ...(note !== undefined && { note }) };
      const result = await dataOf(client.POST("/v1/alerts/bulk", { body }));
      total.results.push(...result.results);
      total.changed += result.changed;
      progress.advance(batch.length);
    }
  } finally {
    progress.end();
  }
  const failures = total.results.flatMap((result) => failureOf(result) ?? []);
  if (output.isJson) output.json(total);
  else {
    output.table(
      COLUMNS,
      total.results.filter((result) => failureOf(result) === null),
    );
    for (const failure of failures) output.error(failure);
  }
  return worstOf(failures.map(({ exitCode }) => exitCode));
}

/** `already acknowledged` for an alert that had the status, and whether it got the note. */
function outcomeOf({ outcome, status }: Result): string {
  const already = `already ${(status ?? "").toLowerCase()}`;
  if (outcome === "noted") return `${already}, note added`;
  return outcome === "unchanged" ? already : outcome;
}

function failureOf(result: Result): CliError | null {
  switch (result.outcome) {
    case "changed":
    case "unchanged":
    case "noted":
      return null;
    case "conflict":
      return new CliError(EXIT.failed, `${result.id}: ${result.detail}`);
    case "not-found":
      return new CliError(EXIT.notFound, `${result.id}: Unknown alert. Check the id and your access.`);
    case "unavailable":
      return new CliError(EXIT.unavailable, `${result.id}: ${result.detail}`);
  }
}
