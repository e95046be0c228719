/**
 * A chunk: the entries of one call of an integration's object, on their way from the object's outbox to Postgres. It is prepared
 * once, sent unchanged, and deleted once. Types only.
 */
import type { AlertRowJson, DecisionColumns, RequestColumns, SeenRowJson, TimelineRowJson } from "./rows.ts";

/** How a body is stored: as JSON text, as bytes, or (an empty body) not at all. */
export type BodyKind = "json" | "bytes" | "none";

/** One element of `Chunk.entries`: the rows of one delivery, or of one change. Postgres accepts or rejects an entry as a whole. */
export interface EntryJson {
  /** Absent: the entry has no delivery, only changes of alerts, or continues the entry before it. */
  delivery?: DecisionColumns & RequestColumns;
  /** Where the delivery's body is in `Chunk.bodies`; absent: it has none. */
  body?: { at: number; bytes: number; kind: Exclude<BodyKind, "none"> };
  alerts?: AlertRowJson[];
  timeline?: TimelineRowJson[];
  /** The alerts that a duplicate repeats. */
  seen?: SeenRowJson[];
}

export interface Chunk {
  /** A JSON array of EntryJson, as text. */
  entries: string;
  /** The number of entries. */
  rows: number;
  /** The bodies of the deliveries, unchanged, one after another. */
  bodies: Uint8Array;
}
