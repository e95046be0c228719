/**
 * `npm run admin:create -- --email ada@example.com [--name Ada] [--password-stdin]`: creates a platform admin or promotes a
 * user. Prints a password token to set the password, or reads the password from stdin. It works on the database of DATABASE_URL
 * or the embedded one; while `npm start` has the embedded one open, through the API of the running service.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { hashPassword } from "better-auth/crypto";
import { newId } from "../src/lib/ids.ts";
import { newPasswordToken, PASSWORD_LENGTH } from "../src/lib/password.ts";
import { type Sql, withSql } from "./database.ts";
import { isLocked, lockStateDirectory } from "./lock.ts";
import { Failure, run, settings } from "./run.ts";
import { type Api, runningService } from "./service-api.ts";

interface Admin {
  email: string;
  name: string;
  /** Null: the admin sets it with a token. */
  password: string | null;
}

await run(async () => {
  const admin = readArguments();
  const { databaseUrl, stateDirectory } = settings();
  const isRunning = databaseUrl === undefined && (await isLocked(stateDirectory));
  const token = isRunning
    ? await throughService(stateDirectory, admin)
    : await inDatabase(databaseUrl, stateDirectory, admin);
  console.log(`${admin.email} is a platform admin.`);
  if (token === null) return;
  console.log(`To set the password, once and within three days:

  curl -sS -X POST <service>/v1/session/password -H 'Content-Type: application/json' \\
    -d '{"token":"${token}","newPassword":"<at least ${PASSWORD_LENGTH.min} characters>"}'`);
});

function readArguments(): Admin {
  const { values } = parseArgs({
    options: { email: { type: "string" }, name: { type: "string" }, "password-stdin": { type: "boolean" } },
  });
  const email = values.email?.trim().toLowerCase() ?? "";
  if (!/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email)) {
    throw new Failure("Missing or invalid --email. Run: npm run admin:create -- --email ada@example.com --name Ada");
  }
  const name = values.name?.trim() || email.slice(0, email.indexOf("@"));
  return { email, name, password: values["password-stdin"] ? readPassword() : null };
}

/** Reads from stdin, because command line arguments are visible to other processes. */
function readPassword(): string {
  const password = readFileSync(0, "utf8").replace(/\r?\n$/, "");
  const { min, max } = PASSWORD_LENGTH;
  if (password.length < min || password.length > max)
    throw new Failure(`A password must have ${min} to ${max} characters.`);
  return password;
}

async function inDatabase(databaseUrl: string | undefined, stateDirectory: string, admin: Admin) {
  const unlock = databaseUrl ? undefined : await lockStateDirectory(stateDirectory);
  try {
    return await withSql(databaseUrl, stateDirectory, async (sql) => {
      // An error closes the connection, which rolls back.
      await sql("begin");
      const token = await promote(sql, admin);
      await sql("commit");
      return token;
    });
  } finally {
    await unlock?.();
  }
}

/**
 * Creates or promotes the user. The email address counts as verified.
 * @returns the token to set a password; null: the password is set
 */
async function promote(sql: Sql, { email, name, password }: Admin): Promise<string | null> {
  // Sign-ins that are under way wait, and then find their access deleted.
  await sql("select 1 from users where lower(email) = $1 for update", [email]);
  // The admin of a team may have set the password of an invited user.
  for (const access of ["accounts", "sessions"]) {
    await sql(
      `delete from ${access} where user_id in (select id from users where lower(email) = $1 and not email_verified)`,
      [email],
    );
  }
  const [user] = await sql(
    `insert into users (id, email, email_verified, name, is_platform_admin) values ($1, $2, true, $3, true)
     on conflict (lower(email)) do update set is_platform_admin = true, email_verified = true, updated_at = now()
     returning id`,
    [newId(), email, name],
  );
  const id = String(user?.id);
  await sql("delete from verifications where value = $1", [id]);
  const token = password === null ? await storeToken(sql, id) : await storePassword(sql, id, password);
  await sql(
    `insert into audit_events (id, actor, action, target_type, target_id, after)
     values ($1, 'operator', 'user.make-platform-admin', 'user', $2, $3)`,
    [newId(), id, JSON.stringify({ email, isPlatformAdmin: true })],
  );
  return token;
}

async function storeToken(sql: Sql, userId: string): Promise<string> {
  const { token, identifier, expiresAt } = await newPasswordToken(Date.now());
  const row = [newId(), identifier, userId, expiresAt.toISOString()];
  await sql("insert into verifications (id, identifier, value, expires_at) values ($1, $2, $3, $4)", row);
  return token;
}

/** Ends all sessions, as the API does when a password is set. */
async function storePassword(sql: Sql, userId: string, password: string): Promise<null> {
  await sql("delete from sessions where user_id = $1", [userId]);
  await sql(
    `insert into accounts (id, user_id, provider_id, account_id, password) values ($1, $2, 'credential', $3, $4)
     on conflict (provider_id, account_id) do update set password = excluded.password, updated_at = now()`,
    [newId(), userId, userId, await hashPassword(password)],
  );
  return null;
}

/** Creates or promotes the user through the API of the service that `npm start` runs. */
async function throughService(stateDirectory: string, { email, name, password }: Admin): Promise<string | null> {
  const api = runningService(stateDirectory);
  const token = await tokenOf(api, email, name);
  if (password === null) return token;
  await api("POST", "/v1/session/password", { token, newPassword: password });
  return null;
}

/** Creates or promotes the user. @returns a token to set a password */
async function tokenOf(api: Api, email: string, name: string): Promise<string> {
  const created = await api("POST", "/v1/users", { email, name, isPlatformAdmin: true });
  if (created.status === 201) return String(created.reply.setPasswordToken);
  const found = await api("GET", `/v1/users?email=${encodeURIComponent(email)}`);
  const [user] = found.reply.data as { id: string; isPlatformAdmin: boolean }[];
  if (!user) throw new Failure(`The user ${email} was just deleted. Try again.`);
  if (!user.isPlatformAdmin) await api("PATCH", `/v1/users/${user.id}`, { isPlatformAdmin: true });
  return String((await api("POST", `/v1/users/${user.id}/password-token`)).reply.setPasswordToken);
}
