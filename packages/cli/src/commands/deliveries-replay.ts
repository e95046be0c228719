import { setTimeout as wait } from "node:timers/promises";
import { Command } from "commander";
import type { Schemas } from "../../../client/src/index.ts";
import { DELIVERY_STATUSES, type DeliveryStatus } from "../../../../src/alerts/model.ts";
import { dataOf, defined } from "../api-client.ts";
import { action, addExamples, type Context, listOption } from "../command.ts";
import { CliError, EXIT, type ExitCode, ResponseError, UsageError, worstOf } from "../errors.ts";
import { parseId, parseIds } from "../ids.ts";
import type { Output } from "../output.ts";
import { startProgress } from "../progress.ts";
import type { Column } from "../table.ts";
import { instantOf, parseDuration } from "../time.ts";

/** How long a request is repeated in all, when the service sends Retry-After. */
const MAX_RETRY_MS = 90_000;

interface Options {
  integration?: string;
  status?: DeliveryStatus[];
  since?: string;
  until?: string;
  includeUnverified?: true;
  idempotencyKey?: string;
}

type Result = Pick<
  Schemas["BulkReplayResult"]["results"][number],
  "deliveryId" | "outcome" | "replayId" | "alerts" | "detail"
>;

const COLUMNS: readonly Column<Result>[] = [
  { header: "DELIVERY", text: ({ deliveryId }) => deliveryId },
  {
    header: "OUTCOME",
    text: ({ outcome }) => outcome,
    color: ({ outcome }) => (outcome === "replayed" ? "green" : "yellow"),
  },
  { header: "REPLAY", text: ({ replayId }) => replayId ?? "", rank: 1 },
  {
    header: "DETAIL",
    text: ({ alerts, detail }) => detail ?? alerts.map(({ outcome }) => outcome).join(", "),
    isFlexible: true,
  },
];

export const deliveriesReplay = () =>
  addExamples(
    new Command("replay")
      .summary("Replay deliveries.")
      .description(
        "Replay deliveries: process them again with the current settings of their integration. Replays the deliveries with " +
          "the given ids in that order, or with --integration those of one integration, the earliest first. The same command " +
          "with the same --idempotency-key continues an interrupted replay within a day, and replays no delivery twice.",
      )
      .argument("[id...]", "ids of deliveries", parseIds)
      .option("--integration <id>", "replay deliveries of this integration", parseId)
      .addOption(
        listOption("--status <status>", "only deliveries with this status (default: REJECTED)", DELIVERY_STATUSES),
      )
      .option("--since <when>", "received at or after this instant, or this long ago: 15m, 2h, 7d")
      .option("--until <when>", "received before this instant, or this long ago")
      .option("--include-unverified", "replay unverified deliveries too")
      .option("--idempotency-key <key>", "identifies this replay (default: a new key)")
      .action(action(replay)),
    'tocsin deliveries replay "$DELIVERY"',
    'tocsin deliveries replay --integration "$INTEGRATION" --status rejected --since 2h --include-unverified',
    'tocsin deliveries replay --integration "$INTEGRATION" --since 2026-10-01T12:00:00Z --idempotency-key outage-7',
  );

async function replay(context: Context, options: Options, ids: string[]): Promise<ExitCode> {
  const { integration, status, includeUnverified = false, idempotencyKey: key = crypto.randomUUID() } = options;
  checkUsage(options, ids);
  const now = Date.now();
  const times = defined({ since: instantOf(options.since, now), until: instantOf(options.until, now) });
  // The command that continues this replay: with fixed instants and the same key.
  const flags = { integration, status: status?.join(","), ...times, "idempotency-key": key };
  const command = [
    "tocsin deliveries replay",
    ...ids,
    ...Object.entries(flags).flatMap(([name, value]) => (value === undefined ? [] : [`--${name} ${value}`])),
    ...(includeUnverified ? ["--include-unverified"] : []),
  ].join(" ");
  return interruptible(context.output, command, (isStopping) =>
    integration === undefined
      ? replayIds(context, ids, includeUnverified, key, isStopping)
      : replayFiltered(
          context,
          { filter: { integrationId: integration, ...defined({ status }), ...times }, includeUnverified },
          key,
          isStopping,
        ),
  );
}

/** @throws UsageError if the options contradict each other */
function checkUsage({ integration, status, since, until, idempotencyKey }: Options, ids: readonly string[]): void {
  if ((integration !== undefined) === ids.length > 0)
    throw new UsageError("Select deliveries either by id or by --integration.");
  if (integration === undefined && (since ?? until ?? status) !== undefined)
    throw new UsageError("--status, --since and --until need --integration.");
  const isRelative = [since, until].some((when) => when !== undefined && parseDuration(when) !== null);
  // A duration means another instant in each run, but the key identifies one selection.
  if (idempotencyKey !== undefined && isRelative)
    throw new UsageError("--idempotency-key needs instants in --since and --until, not durations.");
}

/** Lets Ctrl-C stop the work between two requests, and prints the command that continues it. */
async function interruptible(
  output: Output,
  command: string,
  work: (isStopping: () => boolean) => Promise<ExitCode>,
): Promise<ExitCode> {
  let isStopping = false;
  process.once("SIGINT", () => {
    isStopping = true;
    output.note("Stopping after the current request. Press Ctrl-C again to stop at once.");
  });
  try {
    const exitCode = await work(() => isStopping);
    if (exitCode === EXIT.interrupted) output.note(`Stopped. Continue with: ${command}`);
    return exitCode;
  } catch (error) {
    if (!(error instanceof CliError) || error.exitCode !== EXIT.unavailable) throw error;
    const detail = `${error.message} Continue with: ${command}`;
    throw new CliError(error.exitCode, detail, { ...error.problem, detail });
  }
}

async function replayFiltered(
  { output, service }: Context,
  request: Pick<Schemas["BulkReplay"], "filter" | "includeUnverified">,
  key: string,
  isStopping: () => boolean,
): Promise<ExitCode> {
  const { client } = service();
  const progress = startProgress(output, "Replayed", null);
  const total: Schemas["BulkReplayResult"] = { results: [], replayed: 0, nextCursor: null };
  try {
    for (let page = 1; page === 1 || total.nextCursor !== null; page++) {
      // The service stores the response for each key, so that a continued replay skips the pages that are done.
      const header = { "Idempotency-Key": `${key}.${page}` };
      const body = { ...request, ...(total.nextCursor !== null && { cursor: total.nextCursor }) };
      const result = await withRetries(() =>
        dataOf(client.POST("/v1/deliveries/replay", { params: { header }, body })),
      );
      total.results.push(...result.results);
      total.replayed += result.replayed;
      total.nextCursor = result.nextCursor;
      progress.advance(result.results.length);
      if (isStopping() && total.nextCursor !== null) return EXIT.interrupted;
    }
    return EXIT.done;
  } finally {
    progress.end();
    if (output.isJson) output.json(total);
    else output.table(COLUMNS, total.results);
    output.note(`${total.replayed} replayed, ${total.results.length - total.replayed} skipped`);
  }
}

async function replayIds(
  { output, service }: Context,
  ids: readonly string[],
  includeUnverified: boolean,
  key: string,
  isStopping: () => boolean,
): Promise<ExitCode> {
  const { client } = service();
  const progress = startProgress(output, "Replayed", ids.length);
  const replays: Schemas["Replay"][] = [];
  const failures: ExitCode[] = [];
  try {
    for (const id of ids) {
      if (isStopping()) return EXIT.interrupted;
      const params = { path: { id }, header: { "Idempotency-Key": key } };
      try {
        const call = () => dataOf(client.POST("/v1/deliveries/{id}/replay", { params, body: { includeUnverified } }));
        replays.push(await withRetries(call));
      } catch (error) {
        // A delivery that cannot be replayed does not stop the others.
        if (!(error instanceof ResponseError) || error.exitCode === EXIT.unavailable || error.exitCode === EXIT.denied)
          throw error;
        failures.push(error.exitCode);
        output.error(new CliError(error.exitCode, `${id}: ${error.message}`, error.problem));
      }
      progress.advance(1);
    }
  } finally {
    progress.end();
    if (!output.isJson) output.table(COLUMNS, replays.map(resultOf));
    else if (replays.length > 0) output.json(ids.length === 1 ? replays[0] : replays);
  }
  return worstOf(failures);
}

const resultOf = ({ replayOf, deliveryId, alerts }: Schemas["Replay"]): Result => ({
  deliveryId: replayOf,
  outcome: "replayed",
  replayId: deliveryId,
  alerts,
});

/** Repeats a request while the service sends Retry-After: it is overloaded, limits the rate, or runs the same request. */
async function withRetries<T>(request: () => Promise<T>): Promise<T> {
  const startedAt = Date.now();
  for (;;) {
    try {
      return await request();
    } catch (error) {
      if (!(error instanceof ResponseError) || error.retryAfterSeconds === null) throw error;
      const waitMs = Math.max(1, error.retryAfterSeconds) * 1000;
      if (Date.now() - startedAt + waitMs > MAX_RETRY_MS) throw error;
      await wait(waitMs);
    }
  }
}
