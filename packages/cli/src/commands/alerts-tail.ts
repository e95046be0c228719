import { setTimeout as wait } from "node:timers/promises";
import { Command } from "commander";
import { createParser, type ParserCallbacks } from "eventsource-parser";
import type { Schemas } from "../../../client/src/index.ts";
import { addAlertFilter, type AlertFilter, alertQuery } from "../alert-filter.ts";
import { type Query, reasonOf, type Service } from "../api-client.ts";
import { paint, WORD_COLORS } from "../colors.ts";
import { action, addExamples, type Context } from "../command.ts";
import { CliError, EXIT, UnreachableError } from "../errors.ts";
import type { Output } from "../output.ts";
import { cut, oneLine } from "../terminal-text.ts";

/** The service sends at least an id every 15 s. A connection without data for longer is lost. */
const IDLE_TIMEOUT_MS = 45_000;

const RETRY_BASE_MS = 1000;
const MAX_RETRY_MS = 30_000;

export const alertsTail = () =>
  addExamples(
    addAlertFilter(new Command("tail"))
      .summary("Follow the timeline of alerts.")
      .description(
        "Follow the timeline of alerts until Ctrl-C, and exit with 130. Prints one line per entry: recorded at, type, severity, status, alert " +
          "id, title; with --json the entry as the API sends it. Reconnects after a lost connection, and continues after " +
          "the last entry.",
      )
      .action(
        action(async ({ output, service }: Context, options: AlertFilter) => {
          const interrupted = new AbortController();
          process.once("SIGINT", () => interrupted.abort());
          await follow(output, service(), alertQuery(options, Date.now()), interrupted.signal);
          return EXIT.interrupted;
        }),
      ),
    "tocsin alerts tail --severity critical",
    "tocsin alerts tail --query 'severity:critical -label.env:staging' --json",
  );

/**
 * Prints the stream until it is interrupted, and reconnects at the cursor.
 * @throws CliError if the first connection fails, or if the service rejects a later one
 */
async function follow(output: Output, service: Service, query: Query, interrupted: AbortSignal): Promise<void> {
  let cursor: string | null = null;
  let retryMs = RETRY_BASE_MS;
  let failures = 0;
  while (!interrupted.aborted) {
    try {
      await readStream(service, query, cursor, interrupted, {
        onId(id) {
          cursor = id;
          failures = 0;
        },
        onRetry(interval) {
          retryMs = interval;
        },
        onEvent: ({ event, data }) => printEvent(output, event, data),
      });
    } catch (error) {
      if (interrupted.aborted) return;
      if (!(error instanceof UnreachableError) || cursor === null) throw error;
      failures++;
      output.note(`${error.message} Reconnecting.`);
    }
    const waitMs = Math.min(retryMs * 2 ** Math.max(0, failures - 1), MAX_RETRY_MS);
    await wait(waitMs, undefined, { signal: interrupted }).catch(() => undefined);
  }
}

/** Reads one connection to its end. @throws UnreachableError if it is lost */
async function readStream(
  service: Service,
  query: Query,
  cursor: string | null,
  interrupted: AbortSignal,
  callbacks: ParserCallbacks,
): Promise<void> {
  const idle = new AbortController();
  const timer = setTimeout(() => idle.abort(), IDLE_TIMEOUT_MS);
  try {
    const response = await service.open("/v1/timeline/stream", {
      query,
      headers: cursor === null ? {} : { "last-event-id": cursor },
      signal: AbortSignal.any([interrupted, idle.signal]),
    });
    const parser = createParser(callbacks);
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      timer.refresh();
      parser.feed(decoder.decode(chunk, { stream: true }));
    }
  } catch (error) {
    if (interrupted.aborted || error instanceof CliError) throw error;
    throw new UnreachableError(`Connection lost: ${idle.signal.aborted ? "no data for 45 s" : reasonOf(error)}.`);
  } finally {
    clearTimeout(timer);
  }
}

function printEvent(output: Output, event: string | undefined, data: string): void {
  if (event === "reset") return output.note("The cursor expired. Entries may be missing here.");
  // Only lists without muted alerts change.
  if (event === "muting") return;
  if (output.isJson) return output.line(data);
  const { recordedAt, type, alert } = JSON.parse(data) as Schemas["TimelineEntry"] & { alert: Schemas["Alert"] };
  const { severity, status, id } = alert;
  if (!output.isTerminal)
    return output.line([recordedAt, type, severity, status, id, alert.title].map(oneLine).join("\t"));
  const colored = (word: string, width: number) => {
    const color = WORD_COLORS.get(word);
    return output.isColored && color ? paint(word.padEnd(width), color) : word.padEnd(width);
  };
  const before = `${recordedAt.slice(11, 19)}  ${type.padEnd(14)}  `;
  const taken = before.length + 8 + 2 + 12 + 2 + id.length + 2;
  const title = cut(oneLine(alert.title), Math.max(8, output.width() - taken));
  output.line(`${before}${colored(severity, 8)}  ${colored(status, 12)}  ${id}  ${title}`);
}
