import { setTimeout as wait } from "node:timers/promises";
import type { Schemas } from "../../../client/src/index.ts";
import { ALERT_FILTER, alertQuery } from "../alert-filter.ts";
import { paint, WORD_COLORS } from "../colors.ts";
import { defineCommand } from "../command.ts";
import { EXIT, UnreachableError } from "../errors.ts";
import type { Output } from "../output.ts";
import { eventReader, type Signal } from "../server-events.ts";
import { type Query, reasonOf, type Service } from "../service.ts";
import { cut, oneLine } from "../text.ts";

/** The service beats every 15 s: who hears nothing for so long has lost the connection. */
const SILENCE_MS = 45_000;

/** Later attempts to come back wait longer, to so long. */
const MAX_WAIT_MS = 30_000;

/** `tocsin alerts tail` */
export const alertsTail = defineCommand({
  path: ["alerts", "tail"],
  summary: "Follow every change of alerts as it happens, until Ctrl-C",
  description:
    "A line a change: recorded at, kind of change, severity, status, alert id, title; with --json the change as the API " +
    "tells it. A connection that is lost is made again, and goes on behind the last change that was heard.",
  options: ALERT_FILTER,
  examples: ["tocsin alerts tail --severity critical", "tocsin alerts tail --json"],
  async run({ output, service }, values) {
    const interrupted = new AbortController();
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => interrupted.abort());
    await follow(output, service(), alertQuery(values, Date.now()), interrupted.signal);
    return EXIT.done;
  },
});

/** Reads one stream after the other until it is interrupted. @throws CliError when the first cannot be had, or a later one is refused */
async function follow(output: Output, service: Service, query: Query, interrupted: AbortSignal): Promise<void> {
  let place: string | null = null;
  let retryMs = 1000;
  let failures = 0;
  while (!interrupted.aborted) {
    try {
      for await (const signal of signals(service, query, place, interrupted)) {
        failures = 0;
        if (signal.kind === "place") place = signal.id;
        else if (signal.kind === "retry") retryMs = signal.milliseconds;
        else show(output, signal);
      }
    } catch (error) {
      if (interrupted.aborted) return;
      if (!(error instanceof UnreachableError) || place === null) throw error;
      failures++;
      output.note(`${error.message}; trying again`);
    }
    const waitMs = Math.min(retryMs * 2 ** Math.max(0, failures - 1), MAX_WAIT_MS);
    await wait(waitMs, undefined, { signal: interrupted }).catch(() => undefined);
  }
}

/** What one connection tells, from a place on. */
async function* signals(
  service: Service,
  query: Query,
  place: string | null,
  interrupted: AbortSignal,
): AsyncGenerator<Signal> {
  const silent = new AbortController();
  const watch = setTimeout(() => silent.abort(), SILENCE_MS);
  try {
    const response = await service.open("/v1/timeline/stream", {
      query,
      headers: place === null ? {} : { "last-event-id": place },
      signal: AbortSignal.any([interrupted, silent.signal]),
    });
    const read = eventReader();
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      watch.refresh();
      yield* read(decoder.decode(chunk, { stream: true }));
    }
  } catch (error) {
    if (interrupted.aborted || !(error instanceof Error) || "exitCode" in error) throw error;
    throw new UnreachableError(
      `the connection was lost: ${silent.signal.aborted ? "nothing was heard for too long" : reasonOf(error)}`,
    );
  } finally {
    clearTimeout(watch);
  }
}

function show(output: Output, { type, data }: Extract<Signal, { kind: "event" }>): void {
  if (type === "reset") output.note("the service no longer knows where this stream was: changes may be missing here");
  if (type !== "entry") return;
  if (output.isJson) return output.line(data);
  const { recordedAt, type: kind, alert } = JSON.parse(data) as Schemas["TimelineEntryWithAlert"];
  const { severity, status, id } = alert;
  if (!output.isTerminal) {
    return output.line([recordedAt, kind, severity, status, id, alert.title].map(oneLine).join("\t"));
  }
  const colored = (word: string, width: number) => {
    const color = WORD_COLORS.get(word);
    return output.isColored && color ? paint(word.padEnd(width), color) : word.padEnd(width);
  };
  const before = `${recordedAt.slice(11, 19)}  ${kind.padEnd(14)}  `;
  const taken = before.length + 8 + 2 + 12 + 2 + id.length + 2;
  const title = cut(oneLine(alert.title), Math.max(8, output.width() - taken));
  output.line(`${before}${colored(severity, 8)}  ${colored(status, 12)}  ${id}  ${title}`);
}
