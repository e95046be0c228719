import { setTimeout as wait } from "node:timers/promises";
import type { Schemas } from "../../../client/src/index.ts";
import { DELIVERY_STATUSES } from "../../../../src/alerts/model.ts";
import { type Context, defineCommand } from "../command.ts";
import { CliError, EXIT, type ExitCode, RefusedError, UsageError, worstOf } from "../errors.ts";
import type { Output } from "../output.ts";
import { startProgress } from "../progress.ts";
import { answered, defined, type Service } from "../service.ts";
import type { Column } from "../table.ts";
import { instantOf, parseSpan } from "../time.ts";

/** How long "try again in so many seconds" is heeded, in all, before it is a failure. */
const PATIENCE_MS = 90_000;

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

/** `tocsin deliveries replay` */
export const deliveriesReplay = defineCommand({
  path: ["deliveries", "replay"],
  summary: "Replay deliveries: read them once more, as their integration reads now",
  description:
    "Those that are named, in that order; or with --integration those of one integration that the filter holds, the " +
    "earliest first, by default the refused ones. The same command with the same --idempotency-key goes on where it broke " +
    "off, within a day, and replays nothing twice.",
  operand: { name: "ID", summary: "A delivery", isRepeatable: true, isOptional: true },
  options: {
    integration: { type: "string", value: "ID", summary: "Those that reached this integration" },
    status: {
      type: "string",
      value: "STATUS",
      summary: "What became of them at the time; by default REJECTED",
      isRepeatable: true,
      choices: DELIVERY_STATUSES,
    },
    since: { type: "string", value: "WHEN", summary: "Received at or after this instant, or so long ago: 15m, 2h, 7d" },
    until: { type: "string", value: "WHEN", summary: "Received before" },
    "include-unverified": { type: "boolean", summary: "Also where nobody proved who sent it" },
    "idempotency-key": { type: "string", value: "KEY", summary: "Names this work; by default a new name" },
  },
  examples: [
    'tocsin deliveries replay "$DELIVERY"',
    'tocsin deliveries replay --integration "$INTEGRATION" --status rejected --since 2h --include-unverified',
    'tocsin deliveries replay --integration "$INTEGRATION" --since 2026-10-01T12:00:00Z --idempotency-key outage-7',
  ],
  async run(context, values, ids) {
    const { integration, since, until, status, "include-unverified": includeUnverified } = values;
    const isByFilter = integration !== undefined;
    if (isByFilter === ids.length > 0) throw new UsageError("say which deliveries: by ID, or by --integration");
    if (!isByFilter && (since ?? until ?? status) !== undefined) throw new UsageError("a filter needs --integration");
    const given = values["idempotency-key"];
    if (given !== undefined && [since, until].some((when) => when !== undefined && parseSpan(when) !== null)) {
      throw new UsageError(
        "with --idempotency-key, --since and --until are instants: a span means another time each time",
      );
    }
    const key = given ?? crypto.randomUUID();
    const now = Date.now();
    const times = defined({ since: instantOf(since, now), until: instantOf(until, now) });
    if (!isByFilter) {
      return interruptible(context.output, [...ids, ...flags({ includeUnverified }), ...flags({ key })], (stop) =>
        replayNamed(context, ids, includeUnverified, key, stop),
      );
    }
    const filter = { integrationId: integration, ...defined({ status }), ...times };
    const words = flags({ integration, status: status?.join(","), ...times, includeUnverified, key });
    return interruptible(context.output, words, (stop) =>
      replayFiltered(context, { filter, includeUnverified }, key, stop),
    );
  },
});

/** What was asked for as words of a command line; `key` is the idempotency key. */
function flags({ includeUnverified, key, ...texts }: Record<string, string | boolean | undefined>): string[] {
  return [
    ...Object.entries(texts).flatMap(([name, text]) => (text === undefined ? [] : [`--${name} ${String(text)}`])),
    ...(includeUnverified === true ? ["--include-unverified"] : []),
    ...(key === undefined ? [] : [`--idempotency-key ${String(key)}`]),
  ];
}

/** Lets Ctrl-C end the work between two requests, so that none is left half known; and says how to go on. */
async function interruptible(
  output: Output,
  words: readonly string[],
  work: (isStopping: () => boolean) => Promise<ExitCode>,
): Promise<ExitCode> {
  let isStopping = false;
  process.once("SIGINT", () => {
    isStopping = true;
    output.note("Stopping once the present request is answered; Ctrl-C again ends at once.");
  });
  const goOn = `go on with: tocsin deliveries replay ${words.join(" ")}`;
  try {
    const exitCode = await work(() => isStopping);
    if (exitCode === EXIT.interrupted) output.note(`Stopped; ${goOn}`);
    return exitCode;
  } catch (error) {
    if (error instanceof CliError && error.exitCode === EXIT.unavailable) {
      throw new CliError(error.exitCode, `${error.message}; ${goOn}`, {
        ...error.problem,
        detail: `${error.message}; ${goOn}`,
      });
    }
    throw error;
  }
}

type BulkReplay = Pick<Schemas["BulkReplay"], "filter" | "includeUnverified">;

async function replayFiltered(
  { output, service }: Context,
  body: BulkReplay,
  key: string,
  isStopping: () => boolean,
): Promise<ExitCode> {
  const { client } = service();
  const progress = startProgress(output, "Replaying", null);
  const whole: Schemas["BulkReplayResult"] = { results: [], replayed: 0, nextCursor: null };
  const tell = () => {
    progress.end();
    if (output.isJson) output.json(whole);
    else output.table(COLUMNS, whole.results);
    output.note(`${whole.replayed} replayed, ${whole.results.length - whole.replayed} skipped`);
  };
  try {
    for (let page = 1; page === 1 || whole.nextCursor !== null; page++) {
      // The answers to pages that were done before are kept under their keys, and lead to where the work broke off.
      const header = { "Idempotency-Key": `${key}.${page}` };
      const request = { ...body, ...(whole.nextCursor !== null && { cursor: whole.nextCursor }) };
      const reply = await patiently(() =>
        answered(client.POST("/v1/deliveries/replay", { params: { header }, body: request })),
      );
      whole.results.push(...reply.results);
      whole.replayed += reply.replayed;
      whole.nextCursor = reply.nextCursor;
      progress.advance(reply.results.length);
      if (isStopping() && whole.nextCursor !== null) return EXIT.interrupted;
    }
    return EXIT.done;
  } finally {
    tell();
  }
}

async function replayNamed(
  { output, service }: Context,
  ids: readonly string[],
  includeUnverified: boolean,
  key: string,
  isStopping: () => boolean,
): Promise<ExitCode> {
  const { client } = service();
  const progress = startProgress(output, "Replaying", ids.length);
  const replies: Schemas["Replay"][] = [];
  const failures: ExitCode[] = [];
  try {
    for (const id of ids) {
      if (isStopping()) return EXIT.interrupted;
      try {
        replies.push(await patiently(() => replayOne(client, id, includeUnverified, key)));
      } catch (error) {
        // What one delivery is refused for is no reason to stop before the others.
        if (!(error instanceof RefusedError) || error.exitCode === EXIT.unavailable || error.exitCode === EXIT.denied)
          throw error;
        failures.push(error.exitCode);
        output.error(new CliError(error.exitCode, `${id}: ${error.message}`, error.problem));
      }
      progress.advance(1);
    }
  } finally {
    progress.end();
    if (!output.isJson) output.table(COLUMNS, replies.map(asResult));
    else if (replies.length > 0) output.json(ids.length === 1 ? replies[0] : replies);
  }
  return worstOf(failures);
}

const replayOne = (client: Service["client"], id: string, includeUnverified: boolean, key: string) =>
  answered(
    client.POST("/v1/deliveries/{id}/replay", {
      params: { path: { id }, header: { "Idempotency-Key": key } },
      body: { includeUnverified },
    }),
  );

const asResult = ({ replayOf, deliveryId, alerts }: Schemas["Replay"]): Result => ({
  deliveryId: replayOf,
  outcome: "replayed",
  replayId: deliveryId,
  alerts,
});

/** Asks again where the service says when to: after the request of a run that died, under a limit, in an overload. */
async function patiently<T>(request: () => Promise<T>): Promise<T> {
  const startedAt = Date.now();
  for (;;) {
    try {
      return await request();
    } catch (error) {
      if (!(error instanceof RefusedError) || error.retryAfterSeconds === null) throw error;
      const waitMs = Math.max(1, error.retryAfterSeconds) * 1000;
      if (Date.now() - startedAt + waitMs > PATIENCE_MS) throw error;
      await wait(waitMs);
    }
  }
}
