/**
 * Decides who may add a user to a further team. An admin of the first team had the password token of an unverified user and may have used
 * it, so an unverified user stays in that team until a platform admin verifies the person.
 */
import type { Context } from "hono";
import { insertAuditEvent } from "../../db/audit-events.ts";
import { insertPasswordToken, verifyEmail } from "../../db/accounts.ts";
import { connect, type Statement } from "../../db/client.ts";
import type { UserRow } from "../../db/users.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { newPasswordToken, type PasswordToken } from "../../lib/password.ts";
import { Problem } from "../../lib/problem.ts";
import { auditEvent } from "../audit.ts";
import { isPlatformAdmin } from "../users/access.ts";
import { toUser } from "../users/schema.ts";

/** The token for an admitted user's password, and the statements for the batch that adds the member. */
interface Admission {
  token: PasswordToken | null;
  statements: readonly Statement[];
}

/**
 * Admits an existing user to a team of which they are not a member. A platform admin verifies the email address of an unverified
 * user: every earlier password, session and token is deleted, and there is a new token.
 * @throws Problem `conflict` when only a platform admin may admit this user. It contains nothing but the address
 */
export async function admit(c: Context<AppEnv>, user: UserRow, teamId: string): Promise<Admission> {
  if (user.emailVerified) return { token: null, statements: [] };
  if (!isPlatformAdmin(c)) {
    throw new Problem(
      "conflict",
      "This email address is not verified. Ask a platform admin to add this person to the team.",
    );
  }
  const db = connect(c.env);
  const token = await newPasswordToken(Date.now());
  const event = auditEvent(c, {
    action: "user.verify-email",
    targetType: "user",
    targetId: user.id,
    teamId,
    before: toUser(user),
    after: toUser({ ...user, emailVerified: true }),
  });
  return {
    token,
    statements: [...verifyEmail(db, user.id), insertPasswordToken(db, user.id, token), insertAuditEvent(db, event)],
  };
}
