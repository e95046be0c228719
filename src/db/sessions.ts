import { and, desc, eq, gt, lte, sql } from "drizzle-orm";
import type { Role } from "../lib/principal.ts";
import { insertAuditEventIf, type NewAuditEvent } from "./audit-events.ts";
import type { Database } from "./client.ts";
import { type After, before } from "./keyset.ts";
import { sessions, teamMembers, users, verifications } from "./schema.ts";

/** Who a session belongs to, and what they are in which team. */
export interface SessionOwner {
  sessionId: string;
  userId: string;
  isPlatformAdmin: boolean;
  memberships: { teamId: string; role: Role }[];
}

/** The owner of a session that is still good, in one query. */
export async function findSessionOwner(db: Database, tokenHash: string, now: Date): Promise<SessionOwner | undefined> {
  const rows = await db
    .select({
      sessionId: sessions.id,
      userId: users.id,
      isPlatformAdmin: users.isPlatformAdmin,
      teamId: teamMembers.teamId,
      role: teamMembers.role,
    })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .leftJoin(teamMembers, eq(teamMembers.userId, users.id))
    .where(and(eq(sessions.tokenHash, tokenHash), gt(sessions.expiresAt, now)));
  const [first] = rows;
  if (!first) return undefined;
  const { sessionId, userId, isPlatformAdmin } = first;
  const memberships = rows.flatMap(({ teamId, role }) => (teamId && role ? [{ teamId, role }] : []));
  return { sessionId, userId, isPlatformAdmin, memberships };
}

export type SessionRow = typeof sessions.$inferSelect;

/** A person's sessions that are still good, the latest first. */
export const listSessions = (db: Database, userId: string, now: Date, after: After | null, limit: number) =>
  db
    .select()
    .from(sessions)
    .where(
      and(eq(sessions.userId, userId), gt(sessions.expiresAt, now), before(sessions.createdAt, sessions.id, after)),
    )
    .orderBy(desc(sessions.createdAt), desc(sessions.id))
    .limit(limit);

/**
 * Ends a session of a person, or all of them (null), and records it if there were any.
 * @returns how many there were
 */
export async function endSessions(
  db: Database,
  userId: string,
  sessionId: string | null,
  audit: NewAuditEvent,
): Promise<number> {
  const which = and(eq(sessions.userId, userId), sessionId === null ? undefined : eq(sessions.id, sessionId));
  const [, ended] = await db.batch([
    db.execute(insertAuditEventIf(audit, sql`exists (select 1 from ${sessions} where ${which})`)),
    db.delete(sessions).where(which).returning({ id: sessions.id }),
  ]);
  return ended.length;
}

/** Forgets a person's sessions that are over. */
export async function endExpiredSessions(db: Database, userId: string, now: Date): Promise<void> {
  await db.delete(sessions).where(and(eq(sessions.userId, userId), lte(sessions.expiresAt, now)));
}

/** Forgets all sessions and one-time tokens whose time is over. */
export async function endExpired(db: Database, now: Date): Promise<void> {
  await db.batch([
    db.delete(sessions).where(lte(sessions.expiresAt, now)),
    db.delete(verifications).where(lte(verifications.expiresAt, now)),
  ]);
}
