/** How people sign in: their passwords, and the tokens with which they set them. */
import { and, eq, type SQL, sql } from "drizzle-orm";
import { newId } from "../lib/ids.ts";
import type { PasswordToken } from "../lib/password.ts";
import type { Database } from "./client.ts";
import { accounts, sessions, users, verifications } from "./schema.ts";

/** The statement that gives a new person a password, as better-auth looks for it. */
export const insertPassword = (db: Database, userId: string, password: string) =>
  db.insert(accounts).values({ id: newId(), userId, providerId: "credential", accountId: userId, password });

/** The statement that takes back what tokens a person has. Only they are kept as verifications. */
export const deletePasswordTokens = (db: Database, userId: string) =>
  db.delete(verifications).where(eq(verifications.value, userId));

/** The statement that keeps a new token of a person. */
export const insertPasswordToken = (db: Database, userId: string, { identifier, expiresAt }: PasswordToken) =>
  db.insert(verifications).values({ id: newId(), identifier, value: userId, expiresAt });

/** The statements that take away every access to somebody, where a condition holds. */
export const deleteAccess = (db: Database, userId: string, condition: SQL) => [
  db.delete(accounts).where(and(eq(accounts.userId, userId), condition)),
  db.delete(sessions).where(and(eq(sessions.userId, userId), condition)),
  db.delete(verifications).where(and(eq(verifications.value, userId), condition)),
];

/**
 * Takes away every access to somebody that is older than the proof of their address, unless the address was known to be
 * theirs: whoever invited them had the token for their first password, and may have used it.
 */
export async function forgetUnprovenAccess(db: Database, userId: string): Promise<void> {
  const isUnproven = sql`exists (select 1 from ${users} where ${users.id} = ${userId} and not ${users.emailVerified})`;
  const [first, ...rest] = deleteAccess(db, userId, isUnproven);
  if (first) await db.batch([first, ...rest]);
}
