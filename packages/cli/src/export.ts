/** Exports: a stream of NDJSON, oldest first, into a file or to standard output, that can be gone on with where it broke. */
import { createReadStream, createWriteStream, existsSync, truncateSync } from "node:fs";
import type { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Context, Options, Values } from "./command.ts";
import { CliError, EXIT, type ExitCode, RefusedError, UsageError } from "./errors.ts";
import { startProgress } from "./progress.ts";
import { type Query, reasonOf, type Service } from "./service.ts";

export const EXPORT_OPTIONS = {
  output: { type: "string", value: "FILE", summary: "Write to a file, in place of what it held", isFile: true },
  after: { type: "string", value: "ID", summary: "Go on behind the line with this id" },
  resume: { type: "boolean", summary: "Go on behind the last line of the --output FILE of an export that broke off" },
} as const satisfies Options;

interface Export {
  path: string;
  /** What the lines are: `alerts`. */
  what: string;
  /** The field of a line by which they come in order. */
  orderedBy: "triggeredAt" | "receivedAt";
  query: Query;
}

/** How far an export has come: its last line, by its id and its time, and the ids of all lines of that time. */
interface Place {
  id: string | undefined;
  time: string | null;
  ids: Set<string>;
  /** Bytes of whole lines. */
  bytes: number;
}

/**
 * Gets an export. Only whole lines are written.
 * @throws CliError with exit code 5, saying how far it got, when the stream breaks off; the file so far is kept
 */
export async function runExport(
  { output, service }: Context,
  { output: file, resume, after }: Values<typeof EXPORT_OPTIONS>,
  { path, what, orderedBy, query }: Export,
): Promise<ExitCode> {
  if (resume && file === undefined) throw new UsageError("--resume goes on with a file: say which by --output");
  const before = resume && file !== undefined && existsSync(file) ? await placeIn(file, orderedBy) : newPlace();
  const response = await openBehind(
    service(),
    path,
    query,
    before.time === null ? { ...newPlace(), id: after } : before,
  );

  if (file !== undefined && before.bytes > 0) truncateSync(file, before.bytes);
  const progress = startProgress(output, what, null);
  const startedAt = Date.now();
  const place = newPlace();
  let count = 0;
  let broken: { reason: string } | null = null;
  const lines = async function* (): AsyncGenerator<string> {
    try {
      for await (const line of wholeLines(response.body ?? [])) {
        const { id, time } = readLine(line, orderedBy);
        // Where the line to go on behind is gone, its instant is told of once more.
        if (time === before.time && before.ids.has(id)) continue;
        yield `${line}\n`;
        moveTo(place, time, id);
        count++;
        progress.advance(1);
      }
    } catch (error) {
      // An ending like any other to the file, so that all that came is written.
      broken = { reason: reasonOf(error) };
    }
  };
  const target: Writable =
    file === undefined ? process.stdout : createWriteStream(file, { flags: before.bytes > 0 ? "a" : "w" });
  try {
    await pipeline(lines, target, { end: file !== undefined });
  } catch (error) {
    throw new CliError(EXIT.failed, `${file ?? "standard output"} cannot be written: ${reasonOf(error)}`);
  } finally {
    progress.end();
  }
  if (broken !== null) throw brokeOff(what, count, place.time === null ? before : place, file, broken);
  const seconds = Math.max((Date.now() - startedAt) / 1000, 0.001);
  output.note(`${count} ${what}, ${Math.round(count / seconds)}/s`);
  return EXIT.done;
}

/**
 * The stream behind a place. Its time bounds it too: should the line that was the last be gone by now, that is where it goes
 * on, and what comes again is known by its id.
 */
async function openBehind(service: Service, path: string, query: Query, { id, time }: Place): Promise<Response> {
  const from = time === null ? query : { ...query, since: time };
  try {
    return await service.open(path, { query: { ...from, cursor: id } });
  } catch (error) {
    const isGone = error instanceof RefusedError && error.problem.errors?.some(({ pointer }) => pointer === "/cursor");
    if (!isGone || time === null) throw error;
    return service.open(path, { query: from });
  }
}

const newPlace = (): Place => ({ id: undefined, time: null, ids: new Set(), bytes: 0 });

function moveTo(place: Place, time: string, id: string): void {
  if (time !== place.time) {
    place.time = time;
    place.ids.clear();
  }
  place.id = id;
  place.ids.add(id);
}

function brokeOff(
  what: string,
  count: number,
  { id, time }: Place,
  file: string | undefined,
  { reason }: { reason: string },
): CliError {
  const reached = time === null ? "before the first line" : `after ${count} ${what}, the last of ${time}`;
  const how = file === undefined ? `--after ${id}` : "--resume";
  const next =
    time === null ? "" : `; what came is whole: go on with the same command and ${how}, or from --since ${time}`;
  return new CliError(EXIT.unavailable, `the export broke off ${reached} (${reason})${next}`);
}

/** The lines of a stream of bytes (UTF-8). @throws Error when it ends within a line */
export async function* wholeLines(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of chunks) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = parts.pop() ?? "";
    yield* parts;
  }
  if (rest !== "") throw new Error("it ended within a line");
}

function readLine(line: string, orderedBy: Export["orderedBy"]): { id: string; time: string } {
  const item = JSON.parse(line) as Record<string, unknown>;
  return { id: String(item.id), time: String(item[orderedBy]) };
}

/** How far the export in a file came; a line that was cut counts for nothing. */
async function placeIn(file: string, orderedBy: Export["orderedBy"]): Promise<Place> {
  const place = newPlace();
  try {
    for await (const line of wholeLines(createReadStream(file) as AsyncIterable<Uint8Array>)) {
      const { id, time } = readLine(line, orderedBy);
      moveTo(place, time, id);
      place.bytes += Buffer.byteLength(line) + 1;
    }
  } catch (error) {
    if (error instanceof SyntaxError) throw new CliError(EXIT.failed, `${file} is no export: its lines are not JSON`);
  }
  return place;
}
