import { and, desc, eq, gt, lte, sql } from "drizzle-orm";
import { insertAuditEventIf, type NewAuditEvent } from "./audit-events.ts";
import type { Database } from "./client.ts";
import { isOlder, type Position } from "./keyset.ts";
import { sessions, teamMembers, teams, users, verifications } from "./schema.ts";
import { step, type Step } from "./steps.ts";
import type { OwnTeam } from "./teams.ts";

/** A session with its user and the teams that the user may see. */
export interface SessionOwner {
  sessionId: string;
  expiresAt: Date;
  user: typeof users.$inferSelect;
  /** By name: the own teams, or all teams for a platform admin. */
  teams: OwnTeam[];
}

/** Finds the owner of a session that has not expired, in one statement. */
export async function findSessionOwner(db: Database, tokenHash: string, now: Date): Promise<SessionOwner | undefined> {
  const rows = await db
    .select({
      sessionId: sessions.id,
      expiresAt: sessions.expiresAt,
      user: users,
      teamId: teams.id,
      teamName: teams.name,
      role: teamMembers.role,
    })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .leftJoin(
      teams,
      sql`${users.isPlatformAdmin} or ${teams.id} in (select team_id from ${teamMembers} where user_id = ${users.id})`,
    )
    .leftJoin(teamMembers, and(eq(teamMembers.teamId, teams.id), eq(teamMembers.userId, users.id)))
    .where(and(eq(sessions.tokenHash, tokenHash), gt(sessions.expiresAt, now)))
    .orderBy(teams.name, teams.id);
  const [first] = rows;
  if (!first) return undefined;
  const ownTeams = rows.flatMap(({ teamId, teamName, role }) =>
    teamId === null || teamName === null ? [] : [{ id: teamId, name: teamName, role }],
  );
  return { sessionId: first.sessionId, expiresAt: first.expiresAt, user: first.user, teams: ownTeams };
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

/** Deletes the expired sessions of a user. For a batch. */
export const endExpiredSessions = (db: Database, userId: string, now: Date) =>
  db.delete(sessions).where(and(eq(sessions.userId, userId), lte(sessions.expiresAt, now)));

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
