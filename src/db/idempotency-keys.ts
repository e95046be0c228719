import { and, eq, inArray, isNull, lt } from "drizzle-orm";
import type { Database } from "./client.ts";
import { idempotencyKeys } from "./schema.ts";

/** The stored response to a request; its body is encrypted. */
export interface StoredResponse {
  statusCode: number;
  headers: Record<string, string>;
  bodyCiphertext: string;
  bodyKeyId: string;
}

/** Claims a key for a request. @returns false if the key is claimed already */
export async function claimIdempotencyKey(db: Database, id: string, requestHash: string, now: Date): Promise<boolean> {
  const claimed = await db
    .insert(idempotencyKeys)
    .values({ id, requestHash, createdAt: now })
    .onConflictDoNothing()
    .returning({ id: idempotencyKeys.id });
  return claimed.length > 0;
}

/** Takes over a key whose first request never finished. @returns false if another request did so first */
export async function reclaimIdempotencyKey(
  db: Database,
  id: string,
  claimedBefore: Date,
  now: Date,
): Promise<boolean> {
  const claimed = await db
    .update(idempotencyKeys)
    .set({ createdAt: now })
    .where(
      and(eq(idempotencyKeys.id, id), isNull(idempotencyKeys.statusCode), lt(idempotencyKeys.createdAt, claimedBefore)),
    )
    .returning({ id: idempotencyKeys.id });
  return claimed.length > 0;
}

export async function findIdempotencyKey(db: Database, id: string) {
  const [row] = await db.select().from(idempotencyKeys).where(eq(idempotencyKeys.id, id));
  return row;
}

/** Stores the response to the request that claimed a key. */
export async function storeResponse(db: Database, id: string, response: StoredResponse): Promise<void> {
  await db.update(idempotencyKeys).set(response).where(eq(idempotencyKeys.id, id));
}

/** Releases a key whose request changed nothing, so that the client may repeat it. */
export async function releaseIdempotencyKey(db: Database, id: string): Promise<void> {
  await db.delete(idempotencyKeys).where(and(eq(idempotencyKeys.id, id), isNull(idempotencyKeys.statusCode)));
}

/** Deletes up to `limit` keys claimed before an instant. @returns how many it deleted */
export async function purgeIdempotencyKeys(db: Database, claimedBefore: Date, limit: number): Promise<number> {
  const old = db
    .select({ id: idempotencyKeys.id })
    .from(idempotencyKeys)
    .where(lt(idempotencyKeys.createdAt, claimedBefore))
    .limit(limit);
  const deleted = await db
    .delete(idempotencyKeys)
    .where(inArray(idempotencyKeys.id, old))
    .returning({ id: idempotencyKeys.id });
  return deleted.length;
}
