import { and, desc, eq, gt, inArray, sql } from "drizzle-orm";
import type { Role } from "../lib/principal.ts";
import type { Database } from "./client.ts";
import { sessions, teamMembers, users } from "./schema.ts";

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

/** A person's sessions that are still good, the latest first. */
export const listSessions = (db: Database, userId: string, now: Date) =>
  db
    .select({
      id: sessions.id,
      ipAddress: sessions.ipAddress,
      userAgent: sessions.userAgent,
      expiresAt: sessions.expiresAt,
      createdAt: sessions.createdAt,
    })
    .from(sessions)
    .where(and(eq(sessions.userId, userId), gt(sessions.expiresAt, now)))
    .orderBy(desc(sessions.createdAt), desc(sessions.id))
    .limit(200);

/** Ends sessions of a person: those named, or all. Returns how many there were. */
export async function endSessions(db: Database, userId: string, ids: readonly string[] | "all"): Promise<number> {
  const which = ids === "all" ? undefined : ids.length === 0 ? sql`false` : inArray(sessions.id, [...ids]);
  const ended = await db
    .delete(sessions)
    .where(and(eq(sessions.userId, userId), which))
    .returning({ id: sessions.id });
  return ended.length;
}
