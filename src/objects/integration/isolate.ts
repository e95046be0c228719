/**
 * Writes a batch of chunks, and isolates the entries that Postgres rejects for their data: halves the batch, then a chunk, down
 * to the single entry.
 */
import type { Chunk } from "../../db/chunk.ts";
import type { WriteReply } from "../writer/rpc.ts";
import { chunkOf, entriesOf } from "./chunk-entries.ts";
import type { RejectedEntry } from "./quarantine.ts";
import type { OutboxChunk } from "./store/index.ts";

export type WrittenReply = Extract<WriteReply, { kind: "written" }>;
export type InvalidReply = Extract<WriteReply, { kind: "invalid-data" }>;

/** The functions of the flusher that the isolation needs. */
export interface IsolationDependencies {
  /** Writes chunks to Postgres in one transaction. Writing them again changes nothing. @throws NotWritten */
  write(chunks: readonly Chunk[]): Promise<WrittenReply | InvalidReply>;
  /** Removes chunks that Postgres has, from the oldest on. */
  remove(chunks: readonly OutboxChunk[], written: WrittenReply): void;
  /** Removes a chunk, and keeps the entries of it that Postgres rejects. @param written the replies for its other entries */
  quarantine(chunk: OutboxChunk, rejected: readonly RejectedEntry[], written: readonly WrittenReply[]): void;
}

/** Writes a batch. Every chunk of it leaves the outbox, or the call throws NotWritten. */
export async function writeAndIsolate(
  batch: readonly OutboxChunk[],
  dependencies: IsolationDependencies,
): Promise<void> {
  const reply = await dependencies.write(batch);
  if (reply.kind === "written") {
    dependencies.remove(batch, reply);
    return;
  }
  const [only] = batch;
  if (only && batch.length === 1) {
    await isolate(only, reply, dependencies);
    return;
  }
  const half = Math.ceil(batch.length / 2);
  await writeAndIsolate(batch.slice(0, half), dependencies);
  await writeAndIsolate(batch.slice(half), dependencies);
}

/** Writes the entries of a rejected chunk that Postgres accepts, and quarantines the others. */
async function isolate(chunk: OutboxChunk, reply: InvalidReply, dependencies: IsolationDependencies): Promise<void> {
  const entries = entriesOf(chunk);
  const rejected: RejectedEntry[] = [];
  const written: WrittenReply[] = [];
  const halve = async (first: number, count: number, { error }: InvalidReply): Promise<void> => {
    if (count === 1) {
      rejected.push({ index: first, error });
      return;
    }
    const half = Math.ceil(count / 2);
    await writeHalf(first, half);
    await writeHalf(first + half, count - half);
  };
  const writeHalf = async (first: number, count: number): Promise<void> => {
    const part = await dependencies.write([chunkOf(entries.slice(first, first + count))]);
    if (part.kind === "written") written.push(part);
    else await halve(first, count, part);
  };
  await halve(0, entries.length, reply);
  dependencies.quarantine(chunk, rejected, written);
}
