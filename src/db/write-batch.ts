/** Writes the chunks of many integrations to Postgres. The SQL is in write-statement.ts. */
import { toBase64 } from "../lib/bytes.ts";
import { SECOND } from "../lib/time.ts";
import type { Chunk } from "./chunk.ts";
import { type DatabaseSettings, runStatement } from "./client.ts";
import { WRITE_CHUNKS, type WriteResultRow } from "./write-statement.ts";

/** Longer than the wake-up of a suspended database, and shorter than the timeout of a Writer's callers. */
const WRITE_TIMEOUT_MS = 15 * SECOND;

/** A chunk, and the integration that it belongs to. */
export interface OwnedChunk {
  integrationId: string;
  chunk: Chunk;
}

/** The result of a transaction. */
export interface Written {
  /** The id of the transaction, decimal. */
  xid: string;
  /** The integrations that Postgres has. The chunks of others were not written. */
  known: ReadonlySet<string>;
  /** By integration with timeline entries, its team. */
  changed: ReadonlyMap<string, string | null>;
  /** The enabled subscriptions that may read those entries. `teamId` null: of the whole platform. */
  subscriptions: readonly { id: string; teamId: string | null }[];
}

/**
 * Writes chunks of any integrations with one statement, which is one transaction. Chunks may be repeated or reordered:
 * deliveries and timeline entries are inserted once by id, alerts are upserted under their version.
 * @throws NeonDbError
 */
export async function writeChunks(env: DatabaseSettings, chunks: readonly OwnedChunk[]): Promise<Written> {
  const [row] = await runStatement<WriteResultRow>(env, WRITE_CHUNKS, parametersOf(chunks), WRITE_TIMEOUT_MS);
  return {
    xid: row?.xid ?? "0",
    known: new Set(row?.known),
    changed: new Map(Object.entries(row?.changed ?? {})),
    subscriptions: row?.subscriptions ?? [],
  };
}

/** The parameters of the statement. The entries are never parsed here. */
function parametersOf(chunks: readonly OwnedChunk[]): [chunks: string, bodies: string] {
  let bodiesAt = 0;
  const bodies: string[] = [];
  const parts = chunks.map(({ integrationId, chunk }) => {
    const part = `{"integration_id":${JSON.stringify(integrationId)},"bodies_at":${bodiesAt},"entries":${chunk.entries}}`;
    const padded = paddedForBase64(chunk.bodies);
    bodies.push(toBase64(padded));
    bodiesAt += padded.length;
    return part;
  });
  return [`[${parts.join(",")}]`, bodies.join("")];
}

/** Base64 texts can be joined if each stands for a multiple of three bytes. */
function paddedForBase64(bytes: Uint8Array): Uint8Array {
  if (bytes.length % 3 === 0) return bytes;
  const padded = new Uint8Array(bytes.length + 3 - (bytes.length % 3));
  padded.set(bytes);
  return padded;
}
