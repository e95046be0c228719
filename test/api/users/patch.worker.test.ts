import { env } from "cloudflare:workers";
import { sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { connect } from "../../../src/db/client.ts";
import {
  callAs,
  cookieOf,
  createSignedInUser,
  createTeam,
  createUser,
  newEmail,
  PASSWORD,
  type SessionCaller,
  setPassword,
  setRole,
  signIn,
  type User,
} from "./fixtures.ts";
import { api } from "../../support/worker.ts";

describe("PATCH /v1/users/{id}", () => {
  it("allows users to change their own name, and nothing of other users", async () => {
    const [me, other] = [await createSignedInUser(), await createUser()];
    expect((await callAs(me.cookie, "PATCH", `/v1/users/${me.id}`, { name: "Grace" })).body.name).toBe("Grace");
    expect((await callAs(me.cookie, "PATCH", `/v1/users/${me.id}`, { isPlatformAdmin: true })).status).toBe(403);
    expect((await callAs(me.cookie, "PATCH", `/v1/users/${other.id}`, { name: "x" })).status).toBe(404);
  });

  it("keeps the last platform admin", async () => {
    await connect(env).execute(sql`update users set is_platform_admin = false`);
    const admin = await createSignedInUser({ isPlatformAdmin: true });
    expect((await api("PATCH", `/v1/users/${admin.id}`, { isPlatformAdmin: false })).status).toBe(409);
    const second = await createUser({ isPlatformAdmin: true });
    const demoted = await callAs(admin.cookie, "PATCH", `/v1/users/${second.id}`, { isPlatformAdmin: false });
    expect(demoted.status).toBe(200);
  });

  it("deletes the password of a new platform admin that a team admin invited", async () => {
    const [teamId, email] = [await createTeam(), newEmail()];
    const admin = await createSignedInUser();
    await setRole(teamId, admin.id, "ADMIN");
    const { body } = await callAs<User & { userId: string }>(admin.cookie, "POST", `/v1/teams/${teamId}/members`, {
      email,
      role: "OBSERVER",
    });
    // The team admin has the token, so the password may be the team admin's.
    await setPassword(body.setPasswordToken, PASSWORD);
    const squatter = cookieOf((await signIn(email)).headers);
    const promoted = await api("PATCH", `/v1/users/${body.userId}`, { isPlatformAdmin: true });
    expect(promoted).toMatchObject({ status: 200, body: { isPlatformAdmin: true, isEmailVerified: true } });
    expect((await callAs(squatter, "GET", "/v1/session")).status).toBe(401);
    expect((await signIn(email)).status).toBe(401);
  });

  it("keeps the password of a new platform admin that a platform admin created", async () => {
    const { id, cookie } = await createSignedInUser();
    expect((await api("PATCH", `/v1/users/${id}`, { isPlatformAdmin: true })).status).toBe(200);
    expect((await callAs<SessionCaller>(cookie, "GET", "/v1/session")).body.scopes).toContain("admin");
  });
});
