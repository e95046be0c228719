/** Passwords, and the tokens with which users set them. */
import { and, eq, gt, ne, type SQL, sql } from "drizzle-orm";
import { newId } from "../lib/ids.ts";
import type { PasswordToken } from "../lib/password.ts";
import { insertAuditEventIf, isWrittenHere, type NewAuditEvent } from "./audit-events.ts";
import type { Database } from "./client.ts";
import { accounts, sessions, users, verifications } from "./schema.ts";

/** Inserts the password of a new user, in the form that better-auth reads. For a batch. */
export const insertPassword = (db: Database, userId: string, password: string) =>
  db.insert(accounts).values({ id: newId(), userId, providerId: "credential", accountId: userId, password });

/** Deletes the password tokens of a user. The table `verifications` has no other rows with a user id. For a batch. */
export const deletePasswordTokens = (db: Database, userId: string) =>
  db.delete(verifications).where(eq(verifications.value, userId));

/** Inserts a password token. For a batch. */
export const insertPasswordToken = (db: Database, userId: string, { identifier, expiresAt }: PasswordToken) =>
  db.insert(verifications).values({ id: newId(), identifier, value: userId, expiresAt });

/** Deletes every password, session and token of a user if a condition holds. For a batch. */
export const deleteAccess = (db: Database, userId: string, condition: SQL) => [
  db.delete(accounts).where(and(eq(accounts.userId, userId), condition)),
  db.delete(sessions).where(and(eq(sessions.userId, userId), condition)),
  db.delete(verifications).where(and(eq(verifications.value, userId), condition)),
];

/**
 * Verifies the email address of a user who is unverified, and deletes every earlier access: the admin who invited the user had
 * the token for the first password and may have used it. For a batch.
 */
export const verifyEmail = (db: Database, userId: string) =>
  [
    db
      .update(users)
      .set({ emailVerified: true, updatedAt: sql`greatest(now(), ${users.updatedAt} + interval '1 millisecond')` })
      .where(and(eq(users.id, userId), eq(users.emailVerified, false))),
    ...deleteAccess(db, userId, isWrittenHere(users, userId)),
  ] as const;

/**
 * Locks a user until the batch ends, against every batch that changes their access: they update or lock the same row. The
 * statements that follow see what those batches did.
 */
export const lockUser = (db: Database, userId: string) =>
  db.select({ id: users.id }).from(users).where(eq(users.id, userId)).for("update");

const isPasswordOf = (userId: string) => and(eq(accounts.userId, userId), eq(accounts.providerId, "credential"));

/** The hash of a user's password; null: the user has none. */
export async function findPasswordHash(db: Database, userId: string): Promise<string | null> {
  const [row] = await db.select({ password: accounts.password }).from(accounts).where(isPasswordOf(userId));
  return row?.password ?? null;
}

/** The user who may set a password with a token; undefined: the token is unknown or has expired. */
export async function findTokenOwner(db: Database, identifier: string, now: Date) {
  const [row] = await db
    .select({ userId: users.id, email: users.email })
    .from(verifications)
    .innerJoin(users, eq(sql`${users.id}::text`, verifications.value))
    .where(and(eq(verifications.identifier, identifier), gt(verifications.expiresAt, now)));
  return row;
}

/** What allows a user to set a new password: a token, which can be used once, or the hash of the present password. */
export type PasswordChange =
  | { identifier: string }
  | {
      passwordHash: string;
      /** The session that stays. */
      sessionId: string;
    };

/**
 * Sets the password of a user, and ends their other sessions and password tokens.
 * @returns false: the token has been used, or the password has been changed, since it was read
 */
export async function setPassword(
  db: Database,
  userId: string,
  newHash: string,
  by: PasswordChange,
  audit: NewAuditEvent,
): Promise<boolean> {
  const isSetHere = sql`exists (select 1 from ${accounts} where ${isPasswordOf(userId)}
    and ${accounts}.xmin = pg_current_xact_id()::xid)`;
  const [, , , , recorded] = await db.batch([
    lockUser(db, userId),
    "identifier" in by
      ? db.execute(insertByToken(userId, newHash, by.identifier))
      : changeHash(db, userId, newHash, by),
    db
      .delete(sessions)
      .where(
        and(eq(sessions.userId, userId), "sessionId" in by ? ne(sessions.id, by.sessionId) : undefined, isSetHere),
      ),
    db.delete(verifications).where(and(eq(verifications.value, userId), isSetHere)),
    db.execute(sql`${insertAuditEventIf(audit, isSetHere)} returning id`),
  ]);
  return recorded.rows.length > 0;
}

const insertByToken = (userId: string, newHash: string, identifier: string): SQL => sql`
  with used as (delete from ${verifications} where ${verifications.identifier} = ${identifier}
    and ${verifications.value} = ${userId} and ${verifications.expiresAt} > now() returning ${verifications.value})
  insert into ${accounts} (id, user_id, provider_id, account_id, password)
  select ${newId()}::uuid, ${userId}::uuid, 'credential', ${userId}, ${newHash} from used
  on conflict (provider_id, account_id) do update set password = excluded.password, updated_at = now()`;

const changeHash = (db: Database, userId: string, newHash: string, by: { passwordHash: string }) =>
  db
    .update(accounts)
    .set({ password: newHash, updatedAt: new Date() })
    .where(and(isPasswordOf(userId), eq(accounts.password, by.passwordHash)));

/**
 * Ends a new session if the password with which it was started is no longer the user's. Between the check of a password and the
 * insert of the session, a concurrent request may have changed the password or deleted the access.
 * @returns whether the session stays
 */
export async function keepSession(db: Database, userId: string, sessionId: string, hash: string): Promise<boolean> {
  const isCurrent = sql`exists (select 1 from ${accounts} where ${and(isPasswordOf(userId), eq(accounts.password, hash))})`;
  const [, ended] = await db.batch([
    lockUser(db, userId),
    db
      .delete(sessions)
      .where(and(eq(sessions.id, sessionId), sql`not ${isCurrent}`))
      .returning({ id: sessions.id }),
  ]);
  return ended.length === 0;
}
