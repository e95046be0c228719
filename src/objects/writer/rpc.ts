/** Wire types between the object of an integration and a Writer. Holds no logic. */
import type { Chunk } from "../../db/chunk.ts";

/** The state of an integration's object, which travels with every call. Instants are Unix ms. */
export interface ObjectReport {
  /** The name of the object: the integration's id, or `<id>/<shard>`. */
  object: string;
  integrationId: string;
  teamId: string | null;
  /** Entries that wait for Postgres, and their bytes. */
  rows: number;
  bytes: number;
  /** When the oldest waiting entry was accepted; null: nothing waits. */
  oldestAt: number | null;
  quarantined: number;
  /** Entries written to Postgres in the last minute. */
  flushedLastMinute: number;
  /** Failed flushes in a row. */
  flushFailures: number;
  lastError: string | null;
  isHeartbeatMissed: boolean;
  /** Totals of deliveries by result: see objects/integration/totals.ts. */
  totals: Readonly<Record<string, number>>;
}

export interface WriteRequest {
  integrationId: string;
  /** The oldest chunks of the outbox. Empty: the object only reports, or asks whether the Writer has room. */
  chunks: readonly Chunk[];
  /** A person waits for the result: do not gather further chunks first. */
  isUrgent: boolean;
  report: ObjectReport;
}

/** A reader of the timeline: the Feed with this number, or the subscription with this id. */
export type Reader = { feed: number } | { subscriptionId: string };

export type WriteReply =
  /** Postgres has the chunks. The readers in `unnotified` did not acknowledge transaction `xid` (decimal). */
  | { kind: "written"; xid: string; unnotified: Reader[] }
  /** The Writer has no room. Nothing was written. */
  | { kind: "busy"; retryAfterMs: number }
  /** Postgres has no such integration: the chunks wait. */
  | { kind: "unknown-integration" }
  /** Postgres rejects these chunks for their data, also without those of other objects. `error`: SQLSTATE and message. */
  | { kind: "invalid-data"; error: string }
  /** Postgres failed or did not answer. Nothing is known about the chunks. */
  | { kind: "failed"; error: string };

/** The calls that a Writer answers. */
export interface WriterObject {
  /** Writes chunks to Postgres in one transaction, with those of other objects. Writing them again changes nothing. */
  write(request: WriteRequest): Promise<WriteReply>;
  /** The last report of each object that has called since this Writer was loaded. `instance` differs after each load. */
  reports(): Promise<{ instance: string; reports: (ObjectReport & { reportedAt: number })[] }>;
}
