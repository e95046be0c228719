/** Shared by the operations on users: who may see a user, who may edit one, and how a new one is made. */
import type { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { findUser, isUserWithin, type UserRow } from "../../db/users.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { newId } from "../../lib/ids.ts";
import { seesNothing, visibleTeamsOf } from "../../lib/principal.ts";
import { Problem } from "../../lib/problem.ts";
import { database } from "../request-scope.ts";
import { noSuch } from "../require-scope.ts";
import { toUser, type userSchema } from "./schema.ts";

/** For `createRoute`: the operation needs an authenticated caller, and no particular scope. */
export const anyCaller = { security: [{ apiKey: [] }, { session: [] }] };

/** Whether the caller is this user. */
export const isSelf = (c: Context<AppEnv>, userId: string): boolean => c.get("principal").user?.id === userId;

/** Whether the caller has the scope `admin` on the whole platform. */
export const isPlatformAdmin = (c: Context<AppEnv>): boolean => c.get("principal").everywhere.has("admin");

/**
 * Finds a user that the caller may see: themselves, or a member of a team that they administer. Platform admins see all.
 * @throws Problem `not-found`
 */
export async function findVisibleUser(c: Context<AppEnv>, id: string): Promise<UserRow> {
  const db = database(c);
  const visibleTeams = visibleTeamsOf(c.get("principal"), "admin");
  const [row, isVisible] = await Promise.all([
    findUser(db, id),
    isSelf(c, id) || visibleTeams === "all" || (!seesNothing(visibleTeams) && isUserWithin(db, id, visibleTeams)),
  ]);
  if (!row || !isVisible) throw noSuch("user");
  return row;
}

/**
 * Finds a user that the caller may edit: themselves. Platform admins edit all.
 * @throws Problem `not-found`, or `forbidden` when the caller may only see the user
 */
export async function findEditableUser(c: Context<AppEnv>, id: string): Promise<UserRow> {
  const row = await findVisibleUser(c, id);
  if (isSelf(c, id) || isPlatformAdmin(c)) return row;
  throw new Problem("forbidden", "Read-only access to this user. Ask a platform admin.");
}

/** Converts a row for the caller, who sees only as a platform admin, or of themselves, whether it is a platform admin. */
export const toVisibleUser = (c: Context<AppEnv>, row: UserRow): z.infer<typeof userSchema> =>
  isPlatformAdmin(c) || isSelf(c, row.id) ? toUser(row) : { ...toUser(row), isPlatformAdmin: null };

/** Makes the row of a new user. The email address counts as verified when a platform admin enters it. */
export function newUser(c: Context<AppEnv>, fields: Pick<UserRow, "email" | "name" | "isPlatformAdmin">): UserRow {
  const now = new Date();
  return { ...fields, id: newId(), image: null, emailVerified: isPlatformAdmin(c), createdAt: now, updatedAt: now };
}

export const emailTaken = (): Problem =>
  new Problem("conflict", "A user with this email address exists already. Use another address, or update that user.");

export const lastPlatformAdmin = (): Problem =>
  new Problem("conflict", "This is the last platform admin. Make another user a platform admin first.");
