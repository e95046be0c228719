/**
 * Builds the chunks of one call. Takes the rows as JSON and never parses them. Pure: writes nothing.
 * Bodies are copied once, into the chunk.
 */
import type { BodyKind, Chunk, EntryJson } from "../../db/chunk.ts";
import { joinBytes } from "./store/pieces.ts";
import { utf8Size } from "./store/sql.ts";

/** The rows of one delivery, or of one change, as JSON. */
export interface EntryRows {
  /** DecisionColumns and RequestColumns; null: only changes of alerts. */
  delivery: string | null;
  body: Uint8Array | null;
  bodyKind: BodyKind;
  /** AlertRowJson objects with their content. */
  alerts: readonly string[];
  /** TimelineRowJson objects. */
  timeline: readonly string[];
  /** SeenRowJson objects. */
  seen: readonly string[];
}

/** A chunk with its size. */
export interface SizedChunk extends Chunk {
  /** Of `entries` and `bodies`. */
  bytes: number;
}

/** Beyond this, the changes of a delivery continue in the next entry. */
const MAX_ENTRY_BYTES = 400_000;

/** A row of the outbox has 1.5 MB, and holds a chunk and its counters. A single larger entry is a chunk of its own. */
const MAX_CHUNK_BYTES = 1_400_000;

/** The commas, brackets and names of an entry. */
const ENTRY_OVERHEAD = 120;

export class ChunkBuilder {
  readonly #chunks: SizedChunk[] = [];
  #entries: string[] = [];
  #bodies: Uint8Array[] = [];
  #bodyBytes = 0;
  #bytes = 0;
  #rows = 0;

  /** The number of entries so far. */
  get rows(): number {
    return this.#rows;
  }

  /** Adds the rows of a delivery, or of a change. A delivery with very many events needs several entries. */
  add({ delivery, body, bodyKind, ...changes }: EntryRows): void {
    const kept = body !== null && body.length > 0 && bodyKind !== "none" ? body : null;
    const bytes = delivery === null ? 0 : utf8Size(delivery);
    const packs = packChanges(changes, bytes + (kept?.length ?? 0));
    if (delivery !== null) {
      const { bytes: more, ...first } = packs.shift() ?? emptyPack();
      this.#append([`"delivery":${delivery}`, ...membersOf(first)], kept, bodyKind, bytes + more);
    }
    for (const pack of packs) this.#append(membersOf(pack), null, "none", pack.bytes);
  }

  /** Adds an entry as it was in another chunk. @param body its own */
  addEntry({ body: place, ...entry }: EntryJson, body: Uint8Array): void {
    const json = JSON.stringify(entry);
    this.#append(json === "{}" ? [] : [json.slice(1, -1)], place ? body : null, place?.kind ?? "none", utf8Size(json));
  }

  /** Returns the chunks, in the order of the entries, and empties the builder. */
  finish(): SizedChunk[] {
    this.#close();
    return this.#chunks.splice(0);
  }

  /** @param members of the entry, as JSON @param bytes their size */
  #append(members: readonly string[], body: Uint8Array | null, bodyKind: BodyKind, bytes: number): void {
    const needed = bytes + (body?.length ?? 0) + ENTRY_OVERHEAD;
    if (this.#entries.length > 0 && this.#bytes + needed > MAX_CHUNK_BYTES) this.#close();
    const all =
      body === null
        ? members
        : [...members, `"body":{"at":${this.#bodyBytes},"bytes":${body.length},"kind":"${bodyKind}"}`];
    this.#entries.push(`{${all.join(",")}}`);
    if (body !== null) this.#bodies.push(body);
    this.#bodyBytes += body?.length ?? 0;
    this.#bytes += needed;
    this.#rows++;
  }

  #close(): void {
    if (this.#entries.length === 0) return;
    const entries = `[${this.#entries.join(",")}]`;
    this.#chunks.push({
      entries,
      rows: this.#entries.length,
      bodies: joinBytes(this.#bodies),
      bytes: utf8Size(entries) + this.#bodyBytes,
    });
    this.#entries = [];
    this.#bodies = [];
    this.#bodyBytes = 0;
    this.#bytes = 0;
  }
}

const FIELDS = ["alerts", "timeline", "seen"] as const;

type Changes = Pick<EntryRows, (typeof FIELDS)[number]>;

interface Pack extends Record<(typeof FIELDS)[number], string[]> {
  bytes: number;
}

/** Packs changes into entries. @param taken the bytes that the first entry has already */
function packChanges(changes: Changes, taken: number): Pack[] {
  const packs: Pack[] = [];
  let room = MAX_ENTRY_BYTES - taken;
  for (const field of FIELDS) {
    for (const json of changes[field]) {
      const bytes = utf8Size(json) + 1;
      let pack = packs.at(-1);
      if (!pack) packs.push((pack = emptyPack()));
      if (bytes > room && (pack.bytes > 0 || taken > 0)) {
        packs.push((pack = emptyPack()));
        room = MAX_ENTRY_BYTES;
        taken = 0;
      }
      pack[field].push(json);
      pack.bytes += bytes;
      room -= bytes;
    }
  }
  return packs;
}

/** The members of an entry with these changes, as JSON. */
const membersOf = (changes: Changes): string[] =>
  FIELDS.filter((field) => changes[field].length > 0).map((field) => `"${field}":[${changes[field].join(",")}]`);

const emptyPack = (): Pack => ({ alerts: [], timeline: [], seen: [], bytes: 0 });
