import { and, desc, eq, gt, lte, sql } from "drizzle-orm";
import type { Role } from "../lib/principal.ts";
import { insertAuditEventIf, type NewAuditEvent } from "./audit-events.ts";
import type { Database } from "./client.ts";
import { isOlder, type Position } from "./keyset.ts";
import { sessions, teamMembers, users, verifications } from "./schema.ts";
import { step, type Step } from "./steps.ts";

/** The user of a session, with the role in each team. */
export interface SessionOwner {
  sessionId: string;
  userId: string;
  userName: string;
  isPlatformAdmin: boolean;
  memberships: { teamId: string; role: Role }[];
}

/** Finds the owner of a session that has not expired, in one query. */
export async function findSessionOwner(db: Database, tokenHash: string, now: Date): Promise<SessionOwner | undefined> {
  const rows = await db
    .select({
      sessionId: sessions.id,
      userId: users.id,
      userName: users.name,
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
  const { sessionId, userId, userName, isPlatformAdmin } = first;
  const memberships = rows.flatMap(({ teamId, role }) => (teamId && role ? [{ teamId, role }] : []));
  return { sessionId, userId, userName, isPlatformAdmin, memberships };
}

export type SessionRow = typeof sessions.$inferSelect;

/** Lists the sessions of a user that have not expired, the newest first. */
export const listSessions = (db: Database, userId: string, now: Date, position: Position | null, limit: number) =>
  db
    .select()
    .from(sessions)
    .where(
      and(eq(sessions.userId, userId), gt(sessions.expiresAt, now), isOlder(sessions.createdAt, sessions.id, position)),
    )
    .orderBy(desc(sessions.createdAt), desc(sessions.id))
    .limit(limit);

/**
 * Ends one session of a user, or all of them (null), and records the audit event if there was any.
 * @returns the number of ended sessions
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

/** Deletes the expired sessions of a user. */
export async function endExpiredSessions(db: Database, userId: string, now: Date): Promise<void> {
  await db.delete(sessions).where(and(eq(sessions.userId, userId), lte(sessions.expiresAt, now)));
}

/** Deletes all expired sessions and password tokens. */
export const purgeSignIns = (now: Date): Step =>
  step(
    "signIns",
    (db) => [
      db.delete(sessions).where(lte(sessions.expiresAt, now)),
      db.delete(verifications).where(lte(verifications.expiresAt, now)),
    ],
    ([ended, tokens]) => ({ count: ended.rowCount + tokens.rowCount, next: null }),
  );
