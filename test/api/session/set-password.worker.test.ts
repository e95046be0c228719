import { env } from "cloudflare:workers";
import { sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { connect } from "../../../src/db/client.ts";
import { callAs, cookieOf, createUser, PASSWORD, setPassword, signIn, type User } from "../users/fixtures.ts";
import { api } from "../../support/worker.ts";

describe("a password token", () => {
  it("sets a password once and ends earlier sessions", async () => {
    const user = await createUser({ password: undefined });
    expect(user.setPasswordToken).toMatch(/^[\w-]{43}$/);
    expect((await signIn(user.email)).status).toBe(401);
    expect((await setPassword(user.setPasswordToken, "too short")).status).toBe(400);
    expect((await setPassword(user.setPasswordToken, PASSWORD)).status).toBe(204);
    expect((await setPassword(user.setPasswordToken, "another long password")).status).toBe(400);
    const cookie = cookieOf((await signIn(user.email)).headers);

    const { body } = await api<User>("POST", `/v1/users/${user.id}/password-token`);
    expect((await setPassword(body.setPasswordToken, "another long password")).status).toBe(204);
    expect((await callAs(cookie, "GET", "/v1/session")).status).toBe(401);
    expect([(await signIn(user.email)).status, (await signIn(user.email, "another long password")).status]).toEqual([
      401, 200,
    ]);
  });

  it("stops working when it expires or a newer one exists", async () => {
    const user = await createUser({ password: undefined });
    const { body } = await api<User>("POST", `/v1/users/${user.id}/password-token`);
    expect((await setPassword(user.setPasswordToken, PASSWORD)).status).toBe(400);
    await connect(env).execute(sql`update verifications set expires_at = now() - interval '1 second'`);
    expect((await setPassword(body.setPasswordToken, PASSWORD)).status).toBe(400);
  });

  it("is in no row and in no audit event", async () => {
    const { setPasswordToken: token } = await createUser({ password: undefined });
    for (const table of ["verifications", "users", "accounts", "audit_events"]) {
      const { rows } = await connect(env).execute(sql`select * from ${sql.raw(table)}`);
      expect(JSON.stringify(rows)).not.toContain(token);
      expect(JSON.stringify(rows)).not.toContain(PASSWORD);
    }
  });
});
