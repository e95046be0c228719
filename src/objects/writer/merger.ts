/**
 * Merges the requests of many objects into transactions of Postgres, and answers each request separately. Holds only chunks that
 * are in the outboxes of those objects, too. Does not call Postgres, Feeds or subscriptions itself.
 */
import { Buffer } from "node:buffer";
import { LRUCache } from "lru-cache";
import { describeError, isDataError, safeMessage } from "../../db/errors.ts";
import type { OwnedChunk, Written } from "../../db/write-batch.ts";
import { log } from "../../lib/log.ts";
import { MINUTE, SECOND } from "../../lib/time.ts";
import { TransactionRunner } from "./transaction-runner.ts";
import { MAX_TRANSACTION, type Queued } from "./queue.ts";
import type { Reader, WriteReply, WriteRequest } from "./rpc.ts";

/** The most that a Writer holds. Objects of a class share the 128 MB of an isolate. */
const MAX_HELD_BYTES = 16_000_000;

/** The room that a request without chunks asks for. */
const ASKED_BYTES = 1_000_000;

/** A Writer without room asks objects to come back after this time. */
const BUSY_RETRY_AFTER_MS = SECOND;

/** Connections that one event of an object may have open. https://developers.cloudflare.com/workers/platform/limits/ */
const MAX_CONNECTIONS = 6;

/** After invalid data, the object halves its batch. Its requests get transactions of their own for this long. */
const SUSPECT_MS = MINUTE;
const MAX_SUSPECTS = 10_000;

/** The functions of its object that the merger needs. */
export interface MergerDependencies {
  /** Writes chunks in one transaction. @throws NeonDbError */
  write(chunks: readonly OwnedChunk[]): Promise<Written>;
  /** Notifies the readers of new timeline entries. Never rejects. @returns the readers that did not acknowledge */
  notify(written: Written): Promise<Reader[]>;
  /** Announces deliveries without timeline entries. @param teamId of their integration */
  announce(teamId: string | null): void;
}

interface Job extends Queued {
  request: WriteRequest;
  reply(reply: WriteReply): void;
}

export class Merger {
  readonly #dependencies: MergerDependencies;
  readonly #merged: TransactionRunner<Job>;
  readonly #alone = new TransactionRunner<Job>((batch) => this.#run(batch), {
    intervalMs: 0,
    concurrency: MAX_CONNECTIONS - 1,
    limit: { ...MAX_TRANSACTION, requests: 1 },
  });
  /** When each suspect stops being one, in Unix ms, by object name. A suspect is an object whose data Postgres rejected. */
  readonly #suspects = new LRUCache<string, number>({ max: MAX_SUSPECTS });
  #heldBytes = 0;

  /** @param intervalMs minimum interval between the starts of two transactions under load */
  constructor(dependencies: MergerDependencies, intervalMs: number) {
    this.#dependencies = dependencies;
    this.#merged = new TransactionRunner((batch) => this.#run(batch), { intervalMs });
  }

  /** Writes a request, and answers when its readers are notified, or when the write failed. Never rejects. */
  async submit(request: WriteRequest): Promise<WriteReply> {
    const isQuestion = request.chunks.length === 0;
    const bytes = isQuestion ? ASKED_BYTES : sizeOf(request);
    if (this.#heldBytes + bytes > MAX_HELD_BYTES) return { kind: "busy", retryAfterMs: BUSY_RETRY_AFTER_MS };
    if (isQuestion) return { kind: "written", xid: "0", unnotified: [] };
    this.#heldBytes += bytes;
    const { promise, resolve } = Promise.withResolvers<WriteReply>();
    const rows = request.chunks.reduce((sum, chunk) => sum + chunk.rows, 0);
    const isSuspect = (this.#suspects.get(request.report.object) ?? 0) > Date.now();
    const runner = isSuspect ? this.#alone : this.#merged;
    runner.add({ request, bytes, rows, isUrgent: request.isUrgent, reply: resolve });
    try {
      return await promise;
    } finally {
      this.#heldBytes -= bytes;
    }
  }

  /** Runs a transaction. After a data error it writes the parts at once. Smaller parts do not delay the next transaction. */
  async #run(batch: readonly Job[]): Promise<void> {
    const parts = await this.#attempt(batch);
    const failed = await Promise.all(parts.map((part) => this.#attempt(part)));
    void this.#isolate(failed.flat());
  }

  /** Writes parts until each rejected one is a single request. */
  async #isolate(parts: readonly Job[][]): Promise<void> {
    for (let at = 0; at < parts.length; at += MAX_CONNECTIONS) {
      const failed = await Promise.all(parts.slice(at, at + MAX_CONNECTIONS).map((part) => this.#attempt(part)));
      await this.#isolate(failed.flat());
    }
  }

  /** Writes a batch, and answers its requests. @returns after a data error, the parts that remain to be written */
  async #attempt(batch: readonly Job[]): Promise<Job[][]> {
    try {
      const written = await this.#dependencies.write(batch.flatMap(({ request }) => chunksOf(request)));
      void this.#acknowledge(batch, written);
      return [];
    } catch (error) {
      if (isDataError(error) && batch.length > 1) return splitIn(MAX_CONNECTIONS, batch);
      this.#reject(batch, error);
      return [];
    }
  }

  /** Answers the requests of a committed transaction. The next transaction does not wait for the notifications. */
  async #acknowledge(batch: readonly Job[], written: Written): Promise<void> {
    for (const { integrationId, report } of batch.map(({ request }) => request)) {
      const hasNoEntries = written.known.has(integrationId) && !written.changed.has(integrationId);
      if (hasNoEntries) this.#dependencies.announce(report.teamId);
    }
    const unnotified = written.changed.size > 0 ? await this.#dependencies.notify(written) : [];
    for (const { request, reply } of batch) reply(replyTo(request, written, unnotified));
  }

  #reject(batch: readonly Job[], error: unknown): void {
    const kind = isDataError(error) ? "invalid-data" : "failed";
    log.warn("write failed", { kind, requests: batch.length, error: describeError(error) });
    for (const { request, reply } of batch) {
      if (kind === "invalid-data") this.#suspects.set(request.report.object, Date.now() + SUSPECT_MS);
      reply({ kind, error: safeMessage(error) });
    }
  }
}

/** The bytes of a request in the parameters of the statement. */
const sizeOf = ({ chunks }: WriteRequest): number =>
  chunks.reduce((sum, { entries, bodies }) => sum + Buffer.byteLength(entries) + Math.ceil(bodies.length / 3) * 4, 0);

const chunksOf = ({ integrationId, chunks }: WriteRequest): OwnedChunk[] =>
  chunks.map((chunk) => ({ integrationId, chunk }));

/** Splits a batch into at most this many parts of about the same length. */
function splitIn<T>(count: number, items: readonly T[]): T[][] {
  const length = Math.ceil(items.length / count);
  return Array.from({ length: Math.ceil(items.length / length) }, (_, part) =>
    items.slice(part * length, (part + 1) * length),
  );
}

/** The answer to a request of a committed transaction. It names only readers of this integration's entries. */
function replyTo(
  { integrationId }: WriteRequest,
  { xid, known, changed, subscriptions }: Written,
  unnotified: readonly Reader[],
): WriteReply {
  if (!known.has(integrationId)) return { kind: "unknown-integration" };
  const teamId = changed.get(integrationId);
  if (teamId === undefined) return { kind: "written", xid, unnotified: [] };
  const canRead = (subscriptionId: string): boolean => {
    const owner = subscriptions.find(({ id }) => id === subscriptionId)?.teamId;
    return owner === null || owner === teamId;
  };
  return {
    kind: "written",
    xid,
    unnotified: unnotified.filter((target) => "feed" in target || canRead(target.subscriptionId)),
  };
}
