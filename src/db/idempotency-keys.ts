import { and, eq, inArray, isNull, lt } from "drizzle-orm";
import type { Database } from "./client.ts";
import { idempotencyKeys } from "./schema.ts";

/** How a request was answered; the body is encrypted. */
export interface KeptAnswer {
  statusCode: number;
  headers: Record<string, string>;
  bodyCiphertext: string;
  bodyKeyId: string;
}

/** Takes a key for a request. False: somebody has it already. */
export async function claimIdempotencyKey(db: Database, id: string, requestHash: string, now: Date): Promise<boolean> {
  const claimed = await db
    .insert(idempotencyKeys)
    .values({ id, requestHash, createdAt: now })
    .onConflictDoNothing()
    .returning({ id: idempotencyKeys.id });
  return claimed.length > 0;
}

/** Takes over a key whose first request never came to its end. False: another one was faster. */
export async function reclaimIdempotencyKey(db: Database, id: string, begunBefore: Date, now: Date): Promise<boolean> {
  const claimed = await db
    .update(idempotencyKeys)
    .set({ createdAt: now })
    .where(
      and(eq(idempotencyKeys.id, id), isNull(idempotencyKeys.statusCode), lt(idempotencyKeys.createdAt, begunBefore)),
    )
    .returning({ id: idempotencyKeys.id });
  return claimed.length > 0;
}

/** The request that has a key, and its answer if there is one yet. */
export async function findIdempotencyKey(db: Database, id: string) {
  const [row] = await db.select().from(idempotencyKeys).where(eq(idempotencyKeys.id, id));
  return row;
}

/** Keeps the answer to a request. */
export async function keepAnswer(db: Database, id: string, answer: KeptAnswer): Promise<void> {
  await db.update(idempotencyKeys).set(answer).where(eq(idempotencyKeys.id, id));
}

/** Lets go of a key: its request changed nothing, so it may be made again. */
export async function releaseIdempotencyKey(db: Database, id: string): Promise<void> {
  await db.delete(idempotencyKeys).where(and(eq(idempotencyKeys.id, id), isNull(idempotencyKeys.statusCode)));
}

/** Forgets keys of before then, so many at a time. Returns how many there were. */
export async function purgeIdempotencyKeys(db: Database, madeBefore: Date, limit: number): Promise<number> {
  const old = db
    .select({ id: idempotencyKeys.id })
    .from(idempotencyKeys)
    .where(lt(idempotencyKeys.createdAt, madeBefore))
    .limit(limit);
  const gone = await db
    .delete(idempotencyKeys)
    .where(inArray(idempotencyKeys.id, old))
    .returning({ id: idempotencyKeys.id });
  return gone.length;
}
