import { and, desc, eq, type SQL, sql } from "drizzle-orm";
import type { PasswordToken } from "../lib/password.ts";
import type { VisibleTeams } from "../lib/principal.ts";
import { deleteAccess, deletePasswordTokens, insertPassword, insertPasswordToken } from "./accounts.ts";
import { insertAuditEvent, insertAuditEventIf, type NewAuditEvent } from "./audit-events.ts";
import type { Database } from "./client.ts";
import { type After, before, inTeams } from "./keyset.ts";
import { teamMembers, users } from "./schema.ts";

export type UserRow = typeof users.$inferSelect;

/** With what a new person signs in the first time: a password's hash, or a token to set one. */
export type FirstAccess = { passwordHash: string } | PasswordToken;

/**
 * The statements that make a person, for one batch.
 * @throws NeonDbError when there is somebody with this email address (SQLSTATE 23505)
 */
export const insertUser = (db: Database, user: UserRow, access: FirstAccess) =>
  [
    db.insert(users).values(user),
    "passwordHash" in access
      ? insertPassword(db, user.id, access.passwordHash)
      : insertPasswordToken(db, user.id, access),
  ] as const;

/** The person with this id. */
export async function findUser(db: Database, id: string): Promise<UserRow | undefined> {
  const [row] = await db.select().from(users).where(eq(users.id, id));
  return row;
}

/** The person with this email address, whatever its case. */
export async function findUserByEmail(db: Database, email: string): Promise<UserRow | undefined> {
  const [row] = await db.select().from(users).where(hasEmail(email));
  return row;
}

/** People who belong to a team within visibleTeams, the latest made first; `email`: only who has this address. */
export function listUsers(
  db: Database,
  visibleTeams: VisibleTeams,
  email: string | undefined,
  after: After | null,
  limit: number,
) {
  return db
    .select()
    .from(users)
    .where(
      and(
        isMemberWithin(visibleTeams),
        email === undefined ? undefined : hasEmail(email),
        before(users.createdAt, users.id, after),
      ),
    )
    .orderBy(desc(users.createdAt), desc(users.id))
    .limit(limit);
}

/** Whether a person belongs to a team within visibleTeams. */
export async function isUserWithin(db: Database, userId: string, visibleTeams: VisibleTeams): Promise<boolean> {
  const rows = await db
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.id, userId), isMemberWithin(visibleTeams)));
  return rows.length > 0;
}

const hasEmail = (email: string) => eq(sql`lower(${users.email})`, email.toLowerCase());

const isMemberWithin = (visibleTeams: VisibleTeams): SQL | undefined =>
  visibleTeams === "all"
    ? undefined
    : sql`exists (select 1 from ${teamMembers} where ${and(eq(teamMembers.userId, users.id), inTeams(teamMembers.teamId, visibleTeams))})`;

/** Two admins at once, each taking the other's rights, would each find that one admin is left. */
const oneAtATime = (db: Database) => db.execute(sql`select pg_advisory_xact_lock(hashtext('tocsin platform admins'))`);

/** A condition on a person: without them, a platform admin is left. */
const canSpare = (id: string) =>
  sql`(not ${users.isPlatformAdmin} or exists (select 1 from users other where other.is_platform_admin and other.id <> ${id}::uuid))`;

/**
 * Changes a person who still has this `updatedAt`, and gives them a later one; with it goes the record of the act. Where
 * it is only now that their address counts as theirs, every access of before is taken away.
 * @returns the row as it is now; undefined: somebody else was faster, or they are the last platform admin and would not be
 */
export async function changeUser(
  db: Database,
  was: UserRow,
  change: Partial<Pick<UserRow, "name" | "isPlatformAdmin" | "emailVerified">>,
  audit: NewAuditEvent,
): Promise<UserRow | undefined> {
  const updatedAt = later(was.updatedAt);
  const isDone = sql`exists (select 1 from ${users} where ${and(eq(users.id, was.id), eq(users.updatedAt, updatedAt))})`;
  const [, [row]] = await db.batch([
    oneAtATime(db),
    db
      .update(users)
      .set({ ...change, updatedAt })
      .where(
        and(
          eq(users.id, was.id),
          eq(users.updatedAt, was.updatedAt),
          change.isPlatformAdmin === false ? canSpare(was.id) : undefined,
        ),
      )
      .returning(),
    db.execute(insertAuditEventIf(audit, isDone)),
    ...(change.emailVerified && !was.emailVerified ? deleteAccess(db, was.id, isDone) : []),
  ]);
  return row;
}

/** An instant of a change after the one before, even within its millisecond: it is what tells versions apart. */
export const later = (was: Date): Date => new Date(Math.max(Date.now(), was.getTime() + 1));

/**
 * Deletes a person and all that is theirs, but keeps the last platform admin.
 * @returns whether it did
 */
export async function deleteUser(db: Database, id: string, audit: NewAuditEvent): Promise<boolean> {
  const which = and(eq(users.id, id), canSpare(id));
  const [, , , gone] = await db.batch([
    oneAtATime(db),
    db.execute(insertAuditEventIf(audit, sql`exists (select 1 from ${users} where ${which})`)),
    deletePasswordTokens(db, id),
    db.delete(users).where(which).returning({ id: users.id }),
  ]);
  return gone.length > 0;
}

/** Gives a person a new token, in place of those that they had. */
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
