/** What the operations on one person share: who may see them, who may act for them, how they come to be. */
import type { Context } from "hono";
import { connect } from "../../db/client.ts";
import { findUser, isUserWithin, type UserRow } from "../../db/users.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { newId } from "../../lib/ids.ts";
import { visibleTeamsOf } from "../../lib/principal.ts";
import { Problem } from "../../lib/problem.ts";
import { noSuch } from "../require-scope.ts";

/** What a route asks of its caller when being known is enough. */
export const anybody = { security: [{ apiKey: [] }, { session: [] }] };

/** Whether the caller is this person. */
export const isSelf = (c: Context<AppEnv>, userId: string): boolean => c.get("principal").user?.id === userId;

/** Whether the caller may do everything, everywhere. */
export const isPlatformAdmin = (c: Context<AppEnv>): boolean => c.get("principal").everywhere.has("admin");

/**
 * A person that the caller may see: themselves, members of teams that they administer, for platform admins everybody.
 * @throws Problem `not-found` when there is none
 */
export async function visibleUser(c: Context<AppEnv>, id: string): Promise<UserRow> {
  const db = connect(c.env);
  const visibleTeams = visibleTeamsOf(c.get("principal"), "admin");
  const [row, isWithin] = await Promise.all([
    findUser(db, id),
    isSelf(c, id) || visibleTeams === "all" || (visibleTeams.length > 0 && isUserWithin(db, id, visibleTeams)),
  ]);
  if (!row || !isWithin) throw noSuch("user");
  return row;
}

/**
 * A person for whom the caller may act: themselves, for platform admins everybody.
 * @throws Problem `not-found`, `forbidden` when they may only be seen
 */
export async function ownUser(c: Context<AppEnv>, id: string): Promise<UserRow> {
  const row = await visibleUser(c, id);
  if (isSelf(c, id) || isPlatformAdmin(c)) return row;
  throw new Problem("forbidden", "You may only look at this user.");
}

/** The row of a new person. Their address counts as theirs when a platform admin names it. */
export function newUser(c: Context<AppEnv>, known: Pick<UserRow, "email" | "name" | "isPlatformAdmin">): UserRow {
  const now = new Date();
  return { ...known, id: newId(), image: null, emailVerified: isPlatformAdmin(c), createdAt: now, updatedAt: now };
}

/** Somebody has the email address already. */
export const emailTaken = (): Problem => new Problem("conflict", "There is a user with this email address.");
