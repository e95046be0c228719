import { and, eq, inArray, isNull, lt } from "drizzle-orm";
import type { Database } from "./client.ts";
import { idempotencyKeys } from "./schema.ts";
import { step, type Step } from "./steps.ts";

/** The stored response to a request; its body is encrypted. */
export interface StoredResponse {
  statusCode: number;
  headers: Record<string, string>;
  bodyCiphertext: string;
  bodyKeyId: string;
}

/**
 * Claims a key for a request.
 * @param keptSince a key that was claimed before has expired: its response is not replayed, and the key can be claimed again
 * @returns false if the key is claimed already
 */
export async function claimIdempotencyKey(
  db: Database,
  id: string,
  requestHash: string,
  now: Date,
  keptSince: Date,
): Promise<boolean> {
  const claim = { requestHash, createdAt: now };
  const claimed = await db
    .insert(idempotencyKeys)
    .values({ id, ...claim })
    .onConflictDoUpdate({
      target: idempotencyKeys.id,
      set: { ...claim, statusCode: null, headers: null, bodyCiphertext: null, bodyKeyId: null },
      setWhere: lt(idempotencyKeys.createdAt, keptSince),
    })
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

/** Keys that one step deletes. */
const STEP_KEYS = 1000;

/** Deletes keys claimed before an instant. */
export const purgeIdempotencyKeys = (claimedBefore: Date): Step =>
  step(
    "answers",
    (db) => {
      const { id, createdAt } = idempotencyKeys;
      const old = db.select({ id }).from(idempotencyKeys).where(lt(createdAt, claimedBefore)).limit(STEP_KEYS);
      return [db.delete(idempotencyKeys).where(inArray(id, old))];
    },
    ([{ rowCount }]) => ({
      count: rowCount,
      next: rowCount === STEP_KEYS ? purgeIdempotencyKeys(claimedBefore) : null,
    }),
  );
