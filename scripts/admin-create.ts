/**
 * `npm run admin:create -- --email ada@example.com [--name Ada]`: lets in a platform admin, or makes somebody one who is
 * known already. Prints a one-time token with which they set their password. Works on the database of DATABASE_URL or the
 * embedded one; while `npm start` has that, through the running service.
 */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { newId } from "../src/lib/ids.ts";
import { newPasswordToken } from "../src/lib/password.ts";
import { type Sql, withSql } from "./database.ts";
import { isLocked, lockStateDirectory } from "./lock.ts";
import { Failure, run, settings } from "./run.ts";

await run(async () => {
  const { email, name } = wanted();
  const { databaseUrl, stateDirectory } = settings();
  const isRunning = databaseUrl === undefined && (await isLocked(stateDirectory));
  const token = isRunning
    ? await throughService(stateDirectory, email, name)
    : await inDatabase(databaseUrl, stateDirectory, email, name);
  console.log(`${email} is a platform admin. To set a password, within three days and once:

  curl -sS -X POST <service>/v1/session/password -H 'Content-Type: application/json' \\
    -d '{"token":"${token}","newPassword":"<at least 12 characters>"}'`);
});

function wanted(): { email: string; name: string } {
  const { values } = parseArgs({ options: { email: { type: "string" }, name: { type: "string" } } });
  const email = values.email?.trim().toLowerCase() ?? "";
  if (!/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email)) {
    throw new Failure("Say who: npm run admin:create -- --email ada@example.com --name Ada");
  }
  return { email, name: values.name?.trim() || email.slice(0, email.indexOf("@")) };
}

async function inDatabase(databaseUrl: string | undefined, stateDirectory: string, email: string, name: string) {
  const unlock = databaseUrl ? undefined : await lockStateDirectory(stateDirectory);
  try {
    return await withSql(databaseUrl, stateDirectory, (sql) => promote(sql, email, name));
  } finally {
    await unlock?.();
  }
}

/** Gives the token. An address that is named here counts as theirs. */
async function promote(sql: Sql, email: string, name: string): Promise<string> {
  const { token, identifier, expiresAt } = await newPasswordToken(Date.now());
  const [user] = await sql(
    `insert into users (id, email, email_verified, name, is_platform_admin) values ($1, $2, true, $3, true)
     on conflict (lower(email)) do update set is_platform_admin = true, email_verified = true, updated_at = now()
     returning id`,
    [newId(), email, name],
  );
  const id = String(user?.id);
  await sql("delete from verifications where value = $1", [id]);
  await sql("insert into verifications (id, identifier, value, expires_at) values ($1, $2, $3, $4)", [
    newId(),
    identifier,
    id,
    expiresAt.toISOString(),
  ]);
  await sql(
    `insert into audit_events (id, actor, action, target_type, target_id, after)
     values ($1, 'operator', 'user.make-platform-admin', 'user', $2, $3)`,
    [newId(), id, JSON.stringify({ email, isPlatformAdmin: true })],
  );
  return token;
}

/** The same by the service's own API, with the root key that it printed. */
async function throughService(stateDirectory: string, email: string, name: string): Promise<string> {
  const file = path.join(stateDirectory, "dev.json");
  if (!existsSync(file)) throw new Failure(`${stateDirectory} is in use, but its service has not started yet.`);
  const { url, rootApiKey } = JSON.parse(readFileSync(file, "utf8")) as { url: string; rootApiKey: string };
  const ask = async (method: string, route: string, body?: unknown) => {
    const response = await fetch(url + route, {
      method,
      headers: { authorization: `Bearer ${rootApiKey}`, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const reply = (await response.json()) as Record<string, unknown>;
    if (!response.ok && response.status !== 409) throw new Failure(`${method} ${route}: ${String(reply.detail)}`);
    return { status: response.status, reply };
  };
  const made = await ask("POST", "/v1/users", { email, name, isPlatformAdmin: true });
  if (made.status === 201) return String(made.reply.setPasswordToken);
  const found = await ask("GET", `/v1/users?email=${encodeURIComponent(email)}`);
  const [known] = found.reply.data as { id: string; isPlatformAdmin: boolean }[];
  if (!known) throw new Failure(`There is nobody with the address ${email} any more. Try again.`);
  if (!known.isPlatformAdmin) await ask("PATCH", `/v1/users/${known.id}`, { isPlatformAdmin: true });
  return String((await ask("POST", `/v1/users/${known.id}/password-token`)).reply.setPasswordToken);
}
