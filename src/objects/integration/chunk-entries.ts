/**
 * Takes chunks apart: into their entries, for the quarantine and for the halves around an entry that Postgres rejects. Pure.
 * Parses their JSON, so use it only for rejected chunks.
 */
import type { Chunk, EntryJson } from "../../db/chunk.ts";
import type { SizedChunk } from "./chunk-builder.ts";
import { joinBytes } from "./store/pieces.ts";
import { utf8Size } from "./store/sql.ts";

/** One entry with its own body. `entry.body.at` is 0. */
export interface SingleEntry {
  entry: EntryJson;
  body: Uint8Array;
}

/** The entries of a chunk, in their order. */
export const entriesOf = ({ entries, bodies }: Chunk): SingleEntry[] =>
  (JSON.parse(entries) as EntryJson[]).map((entry) =>
    entry.body
      ? {
          entry: { ...entry, body: { ...entry.body, at: 0 } },
          body: bodies.subarray(entry.body.at, entry.body.at + entry.body.bytes),
        }
      : { entry, body: new Uint8Array() },
  );

/** A chunk of these entries. */
export function chunkOf(entries: readonly SingleEntry[]): SizedChunk {
  let at = 0;
  const placed = entries.map(({ entry, body }) => {
    if (!entry.body) return entry;
    const moved = { ...entry, body: { ...entry.body, at } };
    at += body.length;
    return moved;
  });
  const text = JSON.stringify(placed);
  const bodies = joinBytes(entries.map(({ body }) => body));
  return { entries: text, rows: entries.length, bodies, bytes: utf8Size(text) + bodies.length };
}
