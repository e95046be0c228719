/**
 * `npm run admin:create -- --email ada@example.com [--name Ada] [--password-stdin]`: lets in a platform admin, or makes
 * somebody one who is known already. Prints a one-time token with which they set their password, or takes it from its
 * input. Works on the database of DATABASE_URL or the embedded one; while `npm start` has that, through the running service.
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

interface Wanted {
  email: string;
  name: string;
  /** Null: they set it themselves, with a token. */
  password: string | null;
}

await run(async () => {
  const admin = wanted();
  const { databaseUrl, stateDirectory } = settings();
  const isRunning = databaseUrl === undefined && (await isLocked(stateDirectory));
  const token = isRunning
    ? await throughService(stateDirectory, admin)
    : await inDatabase(databaseUrl, stateDirectory, admin);
  console.log(`${admin.email} is a platform admin.`);
  if (token === null) return;
  console.log(`To set a password, within three days and once:

  curl -sS -X POST <service>/v1/session/password -H 'Content-Type: application/json' \\
    -d '{"token":"${token}","newPassword":"<at least ${PASSWORD_LENGTH.min} characters>"}'`);
});

function wanted(): Wanted {
  const { values } = parseArgs({
    options: { email: { type: "string" }, name: { type: "string" }, "password-stdin": { type: "boolean" } },
  });
  const email = values.email?.trim().toLowerCase() ?? "";
  if (!/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email)) {
    throw new Failure("Say who: npm run admin:create -- --email ada@example.com --name Ada");
  }
  const name = values.name?.trim() || email.slice(0, email.indexOf("@"));
  return { email, name, password: values["password-stdin"] ? givenPassword() : null };
}

/** The password is no argument: those can be read by every process. */
function givenPassword(): string {
  const password = readFileSync(0, "utf8").replace(/\r?\n$/, "");
  const { min, max } = PASSWORD_LENGTH;
  if (password.length < min || password.length > max) throw new Failure(`A password has ${min} to ${max} characters.`);
  return password;
}

async function inDatabase(databaseUrl: string | undefined, stateDirectory: string, admin: Wanted) {
  const unlock = databaseUrl ? undefined : await lockStateDirectory(stateDirectory);
  try {
    return await withSql(databaseUrl, stateDirectory, async (sql) => {
      // What ends in an error ends with its connection, and changes nothing.
      await sql("begin");
      const token = await promote(sql, admin);
      await sql("commit");
      return token;
    });
  } finally {
    await unlock?.();
  }
}

/** Gives the token, unless there is a password. An address that is named here counts as theirs. */
async function promote(sql: Sql, { email, name, password }: Wanted): Promise<string | null> {
  // A team's admin may have set the password of whom they invited.
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
  const token = password === null ? await keepToken(sql, id) : await keepPassword(sql, id, password);
  await sql(
    `insert into audit_events (id, actor, action, target_type, target_id, after)
     values ($1, 'operator', 'user.make-platform-admin', 'user', $2, $3)`,
    [newId(), id, JSON.stringify({ email, isPlatformAdmin: true })],
  );
  return token;
}

async function keepToken(sql: Sql, userId: string): Promise<string> {
  const { token, identifier, expiresAt } = await newPasswordToken(Date.now());
  const row = [newId(), identifier, userId, expiresAt.toISOString()];
  await sql("insert into verifications (id, identifier, value, expires_at) values ($1, $2, $3, $4)", row);
  return token;
}

/** As the service does when a password is set: every session of before is over. */
async function keepPassword(sql: Sql, userId: string, password: string): Promise<null> {
  await sql("delete from sessions where user_id = $1", [userId]);
  await sql(
    `insert into accounts (id, user_id, provider_id, account_id, password) values ($1, $2, 'credential', $3, $4)
     on conflict (provider_id, account_id) do update set password = excluded.password, updated_at = now()`,
    [newId(), userId, userId, await hashPassword(password)],
  );
  return null;
}

/** The same by the service's own API, with the root key that it printed. */
async function throughService(stateDirectory: string, { email, name, password }: Wanted): Promise<string | null> {
  const api = runningService(stateDirectory);
  const token = await tokenOf(api, email, name);
  if (password === null) return token;
  await api("POST", "/v1/session/password", { token, newPassword: password });
  return null;
}

/** Makes a platform admin, or somebody one, and gives a token of theirs. */
async function tokenOf(api: Api, email: string, name: string): Promise<string> {
  const made = await api("POST", "/v1/users", { email, name, isPlatformAdmin: true });
  if (made.status === 201) return String(made.reply.setPasswordToken);
  const found = await api("GET", `/v1/users?email=${encodeURIComponent(email)}`);
  const [known] = found.reply.data as { id: string; isPlatformAdmin: boolean }[];
  if (!known) throw new Failure(`There is nobody with the address ${email} any more. Try again.`);
  if (!known.isPlatformAdmin) await api("PATCH", `/v1/users/${known.id}`, { isPlatformAdmin: true });
  return String((await api("POST", `/v1/users/${known.id}/password-token`)).reply.setPasswordToken);
}
