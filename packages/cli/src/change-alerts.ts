/** Changes many alerts at once: their status, a note, a snooze. */
import { Command } from "commander";
import type { Schemas } from "../../client/src/index.ts";
import { dataOf, type Service } from "./api-client.ts";
import { WORD_COLORS } from "./colors.ts";
import { action, type Context } from "./command.ts";
import { CliError, EXIT, type ExitCode, UsageError, worstOf } from "./errors.ts";
import { parseIds } from "./ids.ts";
import { readAll } from "./print-list.ts";
import { startProgress } from "./progress.ts";
import type { Column } from "./table.ts";

/** The most alerts that the API changes in one request. */
const MAX_BATCH_ALERTS = 500;

type Status = Schemas["Alert"]["status"];
type Result = Schemas["BulkResult"]["results"][number];

/** A change of alerts. */
export type AlertChange = Omit<Schemas["BulkAlertUpdate"], "ids" | "filter">;

/** Adds the alerts to change: ids, or a query. */
export const addTargets = (command: Command): Command =>
  command
    .argument("[id...]", "ids of alerts", parseIds)
    .option("--query <query>", "change all alerts that match now, instead of ids; muted ones only with muted:true");

/** Makes a command that changes the status of alerts. Alerts that already have the status are no failure. */
export const statusCommand = (name: string, status: Status): Command =>
  addTargets(new Command(name))
    .option("--note <text>", "reason, recorded in the timeline of each alert")
    .action(
      action((context: Context, { note, query }: { note?: string; query?: string }, ids: string[]) =>
        changeAlerts(context, { ids, query }, { status, ...(note !== undefined && { note }) }),
      ),
    );

/**
 * Changes alerts, prints the result for each, and returns the exit code.
 * @throws UsageError unless there are either ids or a query that is not empty
 */
export async function changeAlerts(
  { output, service }: Context,
  { ids, query }: { ids: readonly string[]; query: string | undefined },
  change: AlertChange,
): Promise<ExitCode> {
  if ((query !== undefined) === ids.length > 0) throw new UsageError("Select alerts either by id or by --query.");
  // As of a shell variable that is not set: it would match every alert.
  if (query?.trim() === "") throw new UsageError("The query is empty. Name the alerts to change.");
  const { client } = service();
  // All ids first: a change may add alerts to the query or remove them.
  const targets = query === undefined ? ids : await findIds(client, query);
  const progress = startProgress(output, "Alerts", targets.length);
  const total: Schemas["BulkResult"] = { results: [], changed: 0, isComplete: true };
  try {
    for (let at = 0; at < targets.length; at += MAX_BATCH_ALERTS) {
      const batch = targets.slice(at, at + MAX_BATCH_ALERTS);
      const result = await dataOf(client.POST("/v1/alerts/bulk", { body: { ids: batch, ...change } }));
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
      columns(change),
      total.results.filter((result) => failureOf(result) === null),
    );
    for (const failure of failures) output.error(failure);
    if (targets.length === 0) output.note("No alerts match.");
  }
  return worstOf(failures.map(({ exitCode }) => exitCode));
}

async function findIds(client: Service["client"], query: string): Promise<string[]> {
  const { data } = await readAll(({ cursor, limit }) =>
    dataOf(
      client.GET("/v1/alerts", { params: { query: { query, ...(cursor && { cursor }), ...(limit && { limit }) } } }),
    ),
  );
  return data.map(({ id }) => id);
}

const columns = (change: AlertChange): readonly Column<Result>[] => [
  { header: "ID", text: ({ id }) => id },
  { header: "STATUS", text: ({ status }) => status ?? "", color: ({ status }) => WORD_COLORS.get(status ?? "") },
  { header: "OUTCOME", text: (result) => outcomeOf(result, change) },
];

/** `already acknowledged` for an alert that had the status, and whether it got the note. */
function outcomeOf({ outcome, status }: Result, change: AlertChange): string {
  const already = change.status === undefined ? "" : `already ${(status ?? "").toLowerCase()}`;
  if (outcome === "noted") return [already, "note added"].filter(Boolean).join(", ");
  return outcome === "unchanged" && already !== "" ? already : outcome;
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
