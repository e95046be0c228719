import { and, desc, eq, isNull, or, sql } from "drizzle-orm";
import type { VisibleTeams } from "../lib/principal.ts";
import type { Database } from "./client.ts";
import { insertAuditEventIf, isWrittenHere, type NewAuditEvent } from "./audit-events.ts";
import { inTeams, isOlder, type Position } from "./keyset.ts";
import { apiKeys } from "./schema.ts";

export type ApiKeyRow = typeof apiKeys.$inferSelect;
export type NewApiKey = typeof apiKeys.$inferInsert;

/** @throws DrizzleQueryError when the team does not exist (SQLSTATE 23503) */
export const insertApiKey = (db: Database, key: NewApiKey) => db.insert(apiKeys).values(key).returning();

/** Finds the key that has this hash, or had it before its last rotation, even if it is revoked or expired. */
export async function findApiKeyByHash(db: Database, hash: string): Promise<ApiKeyRow | undefined> {
  const [row] = await db
    .select()
    .from(apiKeys)
    .where(or(eq(apiKeys.keyHash, hash), eq(apiKeys.previousKeyHash, hash)));
  return row;
}

/** Finds the key with this id, even if it is revoked or expired. */
export async function findApiKey(db: Database, id: string): Promise<ApiKeyRow | undefined> {
  const [row] = await db.select().from(apiKeys).where(eq(apiKeys.id, id));
  return row;
}

/** Lists the visible keys, the newest first, including revoked and expired ones. */
export function listApiKeys(db: Database, visibleTeams: VisibleTeams, position: Position | null, limit: number) {
  return db
    .select()
    .from(apiKeys)
    .where(and(inTeams(apiKeys.teamId, visibleTeams), isOlder(apiKeys.createdAt, apiKeys.id, position)))
    .orderBy(desc(apiKeys.createdAt), desc(apiKeys.id))
    .limit(limit);
}

/**
 * Changes a key that is not revoked, and records the audit event.
 * @param before the row that the change is based on
 * @returns the changed row; undefined: it was revoked or rotated meanwhile, and nothing changed
 */
export async function changeApiKey(
  db: Database,
  before: ApiKeyRow,
  change: Partial<ApiKeyRow>,
  audit: NewAuditEvent,
): Promise<ApiKeyRow | undefined> {
  const [[row]] = await db.batch([
    db
      .update(apiKeys)
      .set(change)
      .where(and(eq(apiKeys.id, before.id), eq(apiKeys.keyHash, before.keyHash), isNull(apiKeys.revokedAt)))
      .returning(),
    db.execute(insertAuditEventIf(audit, isWrittenHere(apiKeys, before.id))),
  ]);
  return row;
}

/** Revokes a key; an earlier revocation stays. */
export const revokeApiKey = (db: Database, id: string, at: Date) =>
  db
    .update(apiKeys)
    .set({ revokedAt: at })
    .where(and(eq(apiKeys.id, id), isNull(apiKeys.revokedAt)));

/** Records that a key was used. */
export async function touchApiKey(db: Database, id: string, at: Date): Promise<void> {
  await db
    .update(apiKeys)
    .set({ lastUsedAt: at })
    .where(
      and(eq(apiKeys.id, id), sql`coalesce(${apiKeys.lastUsedAt}, '-infinity') < ${at.toISOString()}::timestamptz`),
    );
}
