import { env } from "cloudflare:workers";
import { hashPassword } from "better-auth/crypto";
import { sql } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { keepSession, setPassword as storePassword } from "../../../src/db/accounts.ts";
import { connect } from "../../../src/db/client.ts";
import { newId } from "../../../src/lib/ids.ts";
import { api, call } from "../../support/worker.ts";
import {
  callAs,
  cookieOf,
  createSignedInUser,
  createTeam,
  createUser,
  newEmail,
  PASSWORD,
  setPassword,
  setRole,
  signIn,
  type SessionCaller,
  type User,
} from "../users/fixtures.ts";

interface Member extends User {
  userId: string;
  detail: string;
}

/** Mallory, admin of team A, has invited the victim's address and set its password. Bob is the admin of team B. */
async function preRegistered() {
  const [teamA, teamB, mallory, bob] = await Promise.all([
    createTeam(),
    createTeam(),
    createSignedInUser(),
    createSignedInUser(),
  ]);
  await Promise.all([setRole(teamA, mallory.id, "ADMIN"), setRole(teamB, bob.id, "ADMIN")]);
  const email = newEmail();
  const invited = await callAs<Member>(mallory.cookie, "POST", `/v1/teams/${teamA}/members`, { email, role: "ADMIN" });
  expect((await setPassword(invited.body.setPasswordToken, PASSWORD)).status).toBe(204);
  const cookie = cookieOf((await signIn(email)).headers);
  return { teamA, teamB, mallory, bob, email, userId: invited.body.userId, cookie };
}

let scene: Awaited<ReturnType<typeof preRegistered>>;
beforeEach(async () => {
  scene = await preRegistered();
});

const teamsOf = async (cookie: string) =>
  (await callAs<SessionCaller>(cookie, "GET", "/v1/session")).body.teams.map(({ id }) => id);

const isVerified = async (userId: string) =>
  (await api<{ isEmailVerified: boolean }>("GET", `/v1/users/${userId}`)).body.isEmailVerified;

describe("a user whose address only a team admin entered", () => {
  it("cannot be added to a further team by its admin, who learns no more than the address", async () => {
    const { teamA, teamB, bob, email, userId, cookie } = scene;
    const invited = await callAs<Member>(bob.cookie, "POST", `/v1/teams/${teamB}/members`, {
      email: email.toUpperCase(),
      role: "ADMIN",
    });
    expect([invited.status, invited.body.detail]).toEqual([409, expect.stringContaining("Ask a platform admin")]);
    const set = await callAs<Member>(bob.cookie, "PUT", `/v1/teams/${teamB}/members/${userId}`, { role: "ADMIN" });
    expect([set.status, set.body.detail]).toEqual([409, invited.body.detail]);
    expect(JSON.stringify(invited.body)).not.toContain(userId);
    expect((await callAs(bob.cookie, "GET", `/v1/users/${userId}`)).status).toBe(404);
    expect(await teamsOf(cookie)).toEqual([teamA]);
    const key = await callAs(cookie, "POST", "/v1/api-keys", { name: "x", teamId: teamB, scopes: ["admin"] });
    expect(key.status).toBe(400);
  });

  it.each(["removed from its team", "invited by an API key"])("cannot be added when %s", async (how) => {
    const { teamA, teamB, bob, email, userId } = scene;
    let headers: Record<string, string> = { cookie: bob.cookie, origin: "https://tocsin.test" };
    if (how === "removed from its team") {
      expect((await api("DELETE", `/v1/teams/${teamA}/members/${userId}`)).status).toBe(204);
    } else {
      const key = await api<{ key: string }>("POST", "/v1/api-keys", { name: "b", teamId: teamB, scopes: ["admin"] });
      headers = { authorization: `Bearer ${key.body.key}` };
    }
    const reply = await call("POST", `/v1/teams/${teamB}/members`, {
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify({ email, role: "OBSERVER" }),
    });
    expect(reply.status).toBe(409);
  });

  it("keeps its role changes within its team, and says that it is a member already", async () => {
    const { teamA, mallory, email, userId, cookie } = scene;
    const path = `/v1/teams/${teamA}/members`;
    expect((await callAs(mallory.cookie, "PUT", `${path}/${userId}`, { role: "OBSERVER" })).status).toBe(200);
    const again = await callAs<Member>(mallory.cookie, "POST", path, { email, role: "ADMIN" });
    expect([again.status, again.body.detail]).toEqual([409, expect.stringContaining("member already")]);
    const byRoot = await api<Member>("POST", path, { email, role: "ADMIN" });
    expect([byRoot.status, byRoot.body.detail]).toEqual([409, expect.stringContaining("member already")]);
    expect((await callAs(cookie, "GET", "/v1/session")).status).toBe(200);
    expect(await isVerified(userId)).toBe(false);
  });

  it.each(["POST", "PUT"])(
    "loses every earlier access when a platform admin adds it with %s, and gets a new token",
    async (method) => {
      const { teamA, teamB, mallory, email, userId, cookie } = scene;
      // Two sessions, and a second token that has not been used.
      const other = cookieOf((await signIn(email)).headers);
      const spare = await api<User>("POST", `/v1/users/${userId}/password-token`);
      const added = await (method === "POST"
        ? api<Member>("POST", `/v1/teams/${teamB}/members`, { email, role: "ADMIN" })
        : api<Member>("PUT", `/v1/teams/${teamB}/members/${userId}`, { role: "ADMIN" }));
      expect([added.status, added.body.setPasswordToken]).toEqual([method === "POST" ? 201 : 200, expect.any(String)]);
      for (const session of [cookie, other]) expect((await callAs(session, "GET", "/v1/session")).status).toBe(401);
      expect((await signIn(email)).status).toBe(401);
      expect((await setPassword(spare.body.setPasswordToken, PASSWORD)).status).toBe(400);
      expect(await isVerified(userId)).toBe(true);
      // The person, with the token of the platform admin.
      expect((await setPassword(added.body.setPasswordToken, "the person's own one")).status).toBe(204);
      const own = cookieOf((await signIn(email, "the person's own one")).headers);
      expect((await teamsOf(own)).toSorted()).toEqual([teamA, teamB].toSorted());
      const audit = await api<{ data: { action: string }[] }>("GET", `/v1/audit-events?targetId=${userId}`);
      expect(audit.body.data.map(({ action }) => action)).toContain("user.verify-email");
      // Verified: every team admin may add the person, and gets no token.
      const teamC = await createTeam();
      await setRole(teamC, mallory.id, "ADMIN");
      const third = await callAs<Member>(mallory.cookie, "POST", `/v1/teams/${teamC}/members`, {
        email,
        role: "OBSERVER",
      });
      expect([third.status, third.body.setPasswordToken]).toEqual([201, null]);
      expect((await callAs(own, "GET", "/v1/session")).status).toBe(200);
    },
  );

  it("has keys that never leave its team", async () => {
    const { teamA, teamB, cookie, email } = scene;
    const made = await callAs<{ key: string }>(cookie, "POST", "/v1/api-keys", {
      name: "kept",
      teamId: teamA,
      scopes: ["admin"],
    });
    await api("POST", `/v1/teams/${teamB}/members`, { email, role: "ADMIN" });
    const { body } = await call<SessionCaller>("GET", "/v1/session", {
      headers: { authorization: `Bearer ${made.body.key}` },
    });
    expect(body.teams.map(({ id }) => id)).toEqual([teamA]);
  });

  it("keeps the new token although the response is asked to be short", async () => {
    const { teamB, userId } = scene;
    const reply = await call<Member>("PUT", `/v1/teams/${teamB}/members/${userId}`, {
      headers: {
        authorization: `Bearer ${env.ROOT_API_KEY}`,
        "content-type": "application/json",
        prefer: "return=minimal",
      },
      body: JSON.stringify({ role: "OBSERVER" }),
    });
    expect([reply.status, reply.body.setPasswordToken]).toEqual([200, expect.any(String)]);
  });
});

describe("a request that is under way while the access is deleted", () => {
  it("leaves no session, although it compared the password before", async () => {
    const { email, userId, cookie } = scene;
    const db = connect(env);
    const { rows } = await db.execute<{ id: string; password: string }>(
      sql`select s.id, a.password from sessions s join accounts a using (user_id) where s.user_id = ${userId}`,
    );
    const [{ id, password } = { id: "", password: "" }] = rows;
    expect(await keepSession(db, userId, id, password)).toBe(true);
    await db.execute(sql`delete from accounts where user_id = ${userId}`);
    expect(await keepSession(db, userId, id, password)).toBe(false);
    expect((await callAs(cookie, "GET", "/v1/session")).status).toBe(401);
    expect((await signIn(email)).status).toBe(401);
  });

  it("sets no password, although it found the token before", async () => {
    const user = await createUser({ password: undefined });
    const db = connect(env);
    const event = { id: newId(), actor: "x", action: "x", targetType: "user", targetId: user.id };
    const done = await storePassword(db, user.id, await hashPassword(PASSWORD), { identifier: "deleted" }, event);
    expect([done, (await signIn(user.email)).status]).toEqual([false, 401]);
  });

  it("cannot win a race: sign-ins beside the adding leave no session", async () => {
    const { teamB, email, userId } = scene;
    const [, ...signIns] = await Promise.all([
      api("PUT", `/v1/teams/${teamB}/members/${userId}`, { role: "ADMIN" }),
      ...Array.from({ length: 5 }, () => signIn(email)),
    ]);
    const cookies = signIns.map(({ headers }) => cookieOf(headers)).filter((cookie) => cookie !== "");
    const sessions = await Promise.all(cookies.map((cookie) => callAs(cookie, "GET", "/v1/session")));
    expect(sessions.map(({ status }) => status)).toEqual(cookies.map(() => 401));
  });
});
