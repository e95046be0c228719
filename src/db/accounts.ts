/** Passwords, and the tokens with which users set them. Statements are for a batch. */
import { and, eq, type SQL, sql } from "drizzle-orm";
import { newId } from "../lib/ids.ts";
import type { PasswordToken } from "../lib/password.ts";
import type { Database } from "./client.ts";
import { accounts, sessions, users, verifications } from "./schema.ts";

/** Inserts the password of a new user, in the form that better-auth reads. */
export const insertPassword = (db: Database, userId: string, password: string) =>
  db.insert(accounts).values({ id: newId(), userId, providerId: "credential", accountId: userId, password });

/** Deletes the password tokens of a user. The table `verifications` has no other rows with a user id. */
export const deletePasswordTokens = (db: Database, userId: string) =>
  db.delete(verifications).where(eq(verifications.value, userId));

export const insertPasswordToken = (db: Database, userId: string, { identifier, expiresAt }: PasswordToken) =>
  db.insert(verifications).values({ id: newId(), identifier, value: userId, expiresAt });

/** Deletes every password, session and token of a user if a condition holds. */
export const deleteAccess = (db: Database, userId: string, condition: SQL) => [
  db.delete(accounts).where(and(eq(accounts.userId, userId), condition)),
  db.delete(sessions).where(and(eq(sessions.userId, userId), condition)),
  db.delete(verifications).where(and(eq(verifications.value, userId), condition)),
];

/**
 * Deletes every access to a user that is older than the verification of the email address. The admin who invited the user had
 * the token for the first password and may have used it.
 */
export async function deleteUnverifiedAccess(db: Database, userId: string): Promise<void> {
  const isUnverified = sql`exists (select 1 from ${users} where ${users.id} = ${userId} and not ${users.emailVerified})`;
  const [first, ...rest] = deleteAccess(db, userId, isUnverified);
  if (first) await db.batch([first, ...rest]);
}
