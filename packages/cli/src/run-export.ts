/** Exports: an NDJSON stream, oldest row first, written to a file or to standard output. An interrupted export can be resumed. */
import { createReadStream, createWriteStream, existsSync, truncateSync } from "node:fs";
import type { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Command } from "commander";
import { type Query, reasonOf, type Service } from "./api-client.ts";
import type { Context } from "./command.ts";
import { CliError, EXIT, type ExitCode, ResponseError, UsageError } from "./errors.ts";
import { parseId } from "./ids.ts";
import { startProgress } from "./progress.ts";

export interface ExportOptions {
  output?: string;
  cursor?: string;
  resume?: true;
}

/** Adds the options of every export. */
export const addExportOptions = (command: Command): Command =>
  command
    .option("--output <file>", "write to this file, and replace its content")
    .option("--cursor <id>", "continue after the row with this id", parseId)
    .option("--resume", "continue an interrupted export after the last row of the --output file");

interface Export {
  path: string;
  /** The rows in the plural: `alerts`. */
  rows: string;
  /** The field that the rows are ordered by. */
  orderedBy: "triggeredAt" | "receivedAt";
  query: Query;
}

/** How far an export got: its last row, and the ids of all rows with the same time. */
interface Position {
  id: string | undefined;
  time: string | null;
  ids: Set<string>;
  /** Bytes of complete rows. */
  bytes: number;
}

/**
 * Writes an export. Writes complete rows only.
 * @throws CliError with exit code 5 if the stream is interrupted; the rows so far are kept
 */
export async function runExport(
  { output, service }: Context,
  { output: file, resume, cursor }: ExportOptions,
  { path, rows, orderedBy, query }: Export,
): Promise<ExitCode> {
  if (resume && file === undefined) throw new UsageError("--resume needs --output FILE.");
  const before = resume && file !== undefined && existsSync(file) ? await lastPosition(file, orderedBy) : newPosition();
  const start = before.time === null ? { ...newPosition(), id: cursor } : before;
  const response = await openAfter(service(), path, query, start);

  if (file !== undefined && before.bytes > 0) truncateSync(file, before.bytes);
  const progress = startProgress(output, rows, null);
  const startedAt = Date.now();
  const position = newPosition();
  let count = 0;
  let interruption: { reason: string } | null = null;
  const lines = async function* (): AsyncGenerator<string> {
    try {
      for await (const line of completeLines(response.body ?? [])) {
        const { id, time } = readRow(line, orderedBy);
        // Skip rows that are in the file: an export without a cursor repeats those of the last instant.
        if (time === before.time && before.ids.has(id)) continue;
        yield `${line}\n`;
        advance(position, time, id);
        count++;
        progress.advance(1);
      }
    } catch (error) {
      // End the file normally, so that all received rows are written.
      interruption = { reason: reasonOf(error) };
    }
  };
  const target: Writable =
    file === undefined ? process.stdout : createWriteStream(file, { flags: before.bytes > 0 ? "a" : "w" });
  try {
    await pipeline(lines, target, { end: file !== undefined });
  } catch (error) {
    throw new CliError(EXIT.failed, `Cannot write ${file ?? "standard output"}: ${reasonOf(error)}.`);
  } finally {
    progress.end();
  }
  if (interruption !== null)
    throw interruptedError(rows, count, position.time === null ? before : position, file, interruption);
  const seconds = Math.max((Date.now() - startedAt) / 1000, 0.001);
  output.note(`${count} ${rows}, ${Math.round(count / seconds)}/s`);
  return EXIT.done;
}

/** Opens the stream after a position. If its last row has expired since, starts at the time of that row. */
async function openAfter(service: Service, path: string, query: Query, { id, time }: Position): Promise<Response> {
  const from = time === null ? query : { ...query, since: time };
  try {
    return await service.open(path, { query: { ...from, cursor: id } });
  } catch (error) {
    const isExpired =
      error instanceof ResponseError && error.problem.errors?.some(({ pointer }) => pointer === "/cursor");
    if (!isExpired || time === null) throw error;
    return service.open(path, { query: from });
  }
}

const newPosition = (): Position => ({ id: undefined, time: null, ids: new Set(), bytes: 0 });

function advance(position: Position, time: string, id: string): void {
  if (time !== position.time) {
    position.time = time;
    position.ids.clear();
  }
  position.id = id;
  position.ids.add(id);
}

function interruptedError(
  rows: string,
  count: number,
  { id, time }: Position,
  file: string | undefined,
  { reason }: { reason: string },
): CliError {
  if (time === null)
    return new CliError(EXIT.unavailable, `The export was interrupted before the first row (${reason}). Try again.`);
  const option = file === undefined ? `--cursor ${id}` : "--resume";
  return new CliError(
    EXIT.unavailable,
    `The export was interrupted after ${count} ${rows}, the last of ${time} (${reason}). ` +
      `Continue with the same command and ${option}, or with --since ${time}.`,
  );
}

/** Splits a stream of UTF-8 bytes into lines. @throws Error if it ends within a line */
export async function* completeLines(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of chunks) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = parts.pop() ?? "";
    yield* parts;
  }
  if (rest !== "") throw new Error("it ended within a row");
}

function readRow(line: string, orderedBy: Export["orderedBy"]): { id: string; time: string } {
  const row = JSON.parse(line) as Record<string, unknown>;
  return { id: String(row.id), time: String(row[orderedBy]) };
}

/** The position of the last complete row of a file. */
async function lastPosition(file: string, orderedBy: Export["orderedBy"]): Promise<Position> {
  const position = newPosition();
  try {
    for await (const line of completeLines(createReadStream(file) as AsyncIterable<Uint8Array>)) {
      const { id, time } = readRow(line, orderedBy);
      advance(position, time, id);
      position.bytes += Buffer.byteLength(line) + 1;
    }
  } catch (error) {
    // An incomplete row at the end is no error: it is fetched again.
    if (error instanceof SyntaxError) throw new CliError(EXIT.failed, `${file} is not an export: it is not NDJSON.`);
  }
  return position;
}
