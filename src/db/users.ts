import { and, desc, eq, type SQL, sql } from "drizzle-orm";
import type { PasswordToken } from "../lib/password.ts";
import type { VisibleTeams } from "../lib/principal.ts";
import { deleteAccess, deletePasswordTokens, insertPassword, insertPasswordToken } from "./accounts.ts";
import { insertAuditEvent, insertAuditEventIf, isWrittenHere, type NewAuditEvent } from "./audit-events.ts";
import type { Database } from "./client.ts";
import { inTeams, isOlder, type Position } from "./keyset.ts";
import { teamMembers, users } from "./schema.ts";

export type UserRow = typeof users.$inferSelect;

/** How a new user signs in the first time: with a password, or with a token to set one. */
export type FirstAccess = { passwordHash: string } | PasswordToken;

/**
 * Inserts a user; the statements are for one batch.
 * @throws NeonDbError when the email address is taken (SQLSTATE 23505)
 */
export const insertUser = (db: Database, user: UserRow, access: FirstAccess) =>
  [
    db.insert(users).values(user),
    "passwordHash" in access
      ? insertPassword(db, user.id, access.passwordHash)
      : insertPasswordToken(db, user.id, access),
  ] as const;

export async function findUser(db: Database, id: string): Promise<UserRow | undefined> {
  const [row] = await db.select().from(users).where(eq(users.id, id));
  return row;
}

/** Whether there is a platform admin. */
export async function hasPlatformAdmin(db: Database): Promise<boolean> {
  const admins = await db.select({ id: users.id }).from(users).where(eq(users.isPlatformAdmin, true)).limit(1);
  return admins.length > 0;
}

/** Finds the user with this email address, in any case. */
export async function findUserByEmail(db: Database, email: string): Promise<UserRow | undefined> {
  const [row] = await db.select().from(users).where(hasEmail(email));
  return row;
}

/** Lists the users of the visible teams, the newest first. */
export function listUsers(
  db: Database,
  visibleTeams: VisibleTeams,
  email: string | undefined,
  position: Position | null,
  limit: number,
) {
  return db
    .select()
    .from(users)
    .where(
      and(
        isInVisibleTeam(visibleTeams),
        email === undefined ? undefined : hasEmail(email),
        isOlder(users.createdAt, users.id, position),
      ),
    )
    .orderBy(desc(users.createdAt), desc(users.id))
    .limit(limit);
}

/** Whether a user belongs to a visible team. */
export async function isUserWithin(db: Database, userId: string, visibleTeams: VisibleTeams): Promise<boolean> {
  const rows = await db
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.id, userId), isInVisibleTeam(visibleTeams)));
  return rows.length > 0;
}

const hasEmail = (email: string) => eq(sql`lower(${users.email})`, email.toLowerCase());

const isInVisibleTeam = (visibleTeams: VisibleTeams): SQL | undefined =>
  visibleTeams === "all"
    ? undefined
    : sql`exists (select 1 from ${teamMembers} where ${and(eq(teamMembers.userId, users.id), inTeams(teamMembers.teamId, visibleTeams))})`;

/** Without this lock, two admins who demote each other at once would both find another admin left. */
const lockPlatformAdmins = (db: Database) =>
  db.execute(sql`select pg_advisory_xact_lock(hashtext('tocsin platform admins'))`);

/** Whether a user is no platform admin or there is another one. */
const isNotLastAdmin = (id: string) =>
  sql`(not ${users.isPlatformAdmin} or exists (select 1 from users other where other.is_platform_admin and other.id <> ${id}::uuid))`;

/**
 * Changes a user who still has this `updatedAt`, and records the audit event. Verifying the email address deletes every
 * earlier access.
 * @returns the changed row; undefined: the user has changed since, or is the last platform admin and must stay one
 */
export async function changeUser(
  db: Database,
  was: UserRow,
  change: Partial<Pick<UserRow, "name" | "isPlatformAdmin" | "emailVerified">>,
  audit: NewAuditEvent,
): Promise<UserRow | undefined> {
  const isChanged = isWrittenHere(users, was.id);
  const [, [row]] = await db.batch([
    lockPlatformAdmins(db),
    db
      .update(users)
      .set({ ...change, updatedAt: later(was.updatedAt) })
      .where(
        and(
          eq(users.id, was.id),
          eq(users.updatedAt, was.updatedAt),
          change.isPlatformAdmin === false ? isNotLastAdmin(was.id) : undefined,
        ),
      )
      .returning(),
    db.execute(insertAuditEventIf(audit, isChanged)),
    ...(change.emailVerified && !was.emailVerified ? deleteAccess(db, was.id, isChanged) : []),
  ]);
  return row;
}

/** The time of a change, later than the one before even within the same millisecond: it is the version of the row. */
export const later = (was: Date): Date => new Date(Math.max(Date.now(), was.getTime() + 1));

/**
 * Deletes a user with memberships, passwords, sessions and tokens, unless the user is the last platform admin.
 * @returns whether the user was deleted
 */
export async function deleteUser(db: Database, id: string, audit: NewAuditEvent): Promise<boolean> {
  const which = and(eq(users.id, id), isNotLastAdmin(id));
  const [, , , deleted] = await db.batch([
    lockPlatformAdmins(db),
    db.execute(insertAuditEventIf(audit, sql`exists (select 1 from ${users} where ${which})`)),
    deletePasswordTokens(db, id),
    db.delete(users).where(which).returning({ id: users.id }),
  ]);
  return deleted.length > 0;
}

/** Replaces the password tokens of a user by a new one. */
export async function replacePasswordToken(
  db: Database,
  userId: string,
  token: PasswordToken,
  audit: NewAuditEvent,
): Promise<void> {
  await db.batch([
    deletePasswordTokens(db, userId),
    insertPasswordToken(db, userId, token),
    insertAuditEvent(db, audit),
  ]);
}
