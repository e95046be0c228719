import { env } from "cloudflare:workers";
import { sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { connect } from "../../src/db/client.ts";
import { identityProviders } from "../../src/api/session/identity-providers.ts";
import { hashOf } from "../../src/lib/api-key.ts";
import { api, call } from "../support/worker.ts";

const ORIGIN = "https://tocsin.test";
const PASSWORD = "correct horse battery staple";

interface User {
  id: string;
  email: string;
  setPasswordToken: string | null;
}

interface Caller {
  actor: string;
  user: User | null;
  scopes: string[];
  teams: { id: string; role: string | null; scopes: string[] }[];
}

let people = 0;
const newEmail = () => `person-${++people}-${crypto.randomUUID().slice(0, 8)}@x.test`;

const createUser = async (fields: object = {}) => {
  const { status, body } = await api<User>("POST", "/v1/users", {
    email: newEmail(),
    name: "Ada",
    password: PASSWORD,
    ...fields,
  });
  if (status !== 201) throw new Error(`create user: ${status} ${JSON.stringify(body)}`);
  return body;
};

const signIn = (email: string, password = PASSWORD, headers: Record<string, string> = {}) =>
  call<Caller>("POST", "/v1/session", {
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ email, password }),
  });

const cookieOf = (headers: Headers): string => headers.getSetCookie()[0]?.split(";")[0] ?? "";

/** Calls as the person of a session's cookie, from a page of our own. */
const as = <Body = Record<string, unknown>>(cookie: string, method: string, path: string, body?: unknown) =>
  call<Body>(method, path, {
    headers: { cookie, origin: ORIGIN, "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });

const signedIn = async (fields: object = {}) => {
  const user = await createUser(fields);
  const { headers } = await signIn(user.email);
  return { ...user, cookie: cookieOf(headers) };
};

const newTeam = async () => (await api<{ id: string }>("POST", "/v1/teams", { name: "Payments" })).body.id;
const setRole = (teamId: string, userId: string, role: string) =>
  api("PUT", `/v1/teams/${teamId}/members/${userId}`, { role });

describe("signing in", () => {
  it("gives a cookie that no script and no other site gets at, and of which only a hash is kept", async () => {
    const user = await createUser();
    const reply = await signIn(user.email.toUpperCase());
    expect(reply).toMatchObject({
      status: 200,
      body: { actor: `user:${user.id}`, user: { id: user.id, email: user.email }, scopes: [], teams: [] },
    });
    const [cookie = ""] = reply.headers.getSetCookie();
    expect(cookie).toMatch(/^__Secure-tocsin\.session_token=/);
    for (const flag of ["HttpOnly", "Secure", "SameSite=Lax", "Path=/", "Max-Age=604800"])
      expect(cookie).toContain(flag);
    const token = decodeURIComponent(cookieOf(reply.headers).split("=")[1] ?? "").split(".")[0] ?? "";
    const { rows } = await connect(env).execute(sql`select * from sessions where user_id = ${user.id}`);
    expect(rows).toMatchObject([{ token_hash: await hashOf(token) }]);
    expect(JSON.stringify(rows)).not.toContain(token);
    const { body: session } = await as<Caller>(cookieOf(reply.headers), "GET", "/v1/session");
    expect(session).toEqual(reply.body);
  });

  it("says the same to a wrong password and to an unknown address", async () => {
    const { email } = await createUser();
    const wrong = await signIn(email, "not the password");
    const unknown = await signIn(newEmail(), "not the password");
    expect([wrong.status, unknown.status]).toEqual([401, 401]);
    expect({ ...wrong.body, instance: "" }).toEqual({ ...unknown.body, instance: "" });
    expect(wrong.headers.getSetCookie()).toEqual([]);
  });

  it("is limited by address after too many failures", async () => {
    const { email } = await createUser();
    const wrong = () => signIn(email, "not the password", { "cf-connecting-ip": "192.0.2.77" });
    let last = await wrong();
    for (let count = 0; count < 250 && last.status === 401; count++) last = await wrong();
    expect([last.status, (last.body as unknown as { detail: string }).detail]).toEqual([
      429,
      expect.stringContaining("FAILURE_LIMITER"),
    ]);
    // Else whoever guesses on would be told when a guess is right.
    expect((await signIn(email, PASSWORD, { "cf-connecting-ip": "192.0.2.77" })).status).toBe(429);
    expect((await signIn(email, PASSWORD, { "cf-connecting-ip": "192.0.2.78" })).status).toBe(200);
  });

  it("is not done by another site's page", async () => {
    const { email } = await createUser();
    expect((await signIn(email, PASSWORD, { origin: "https://evil.test" })).status).toBe(403);
    expect((await signIn(email, PASSWORD, { origin: ORIGIN })).status).toBe(200);
  });

  it.each([{}, { email: "x" }, { email: "a@x.test", password: 1 }, { email: "a@x.test", password: "" }])(
    "refuses %j",
    async (body) => {
      const reply = await call("POST", "/v1/session", {
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      expect(reply.status).toBe(400);
    },
  );

  it("is in the audit log, with who and from where", async () => {
    const user = await createUser();
    await signIn(user.email, PASSWORD, { "cf-connecting-ip": "192.0.2.5" });
    const { body } = await api<{ data: object[] }>("GET", `/v1/audit-events?actor=user:${user.id}`);
    expect(body.data).toMatchObject([{ action: "session.create", ipAddress: "192.0.2.5" }]);
  });
});

describe("a session", () => {
  it("is dead at once when it is signed out", async () => {
    const { cookie } = await signedIn();
    const out = await as(cookie, "DELETE", "/v1/session");
    expect([out.status, out.headers.getSetCookie()[0]]).toEqual([204, expect.stringContaining("Max-Age=0")]);
    expect((await as(cookie, "GET", "/v1/session")).status).toBe(401);
  });

  it("is ended by its person, or by a platform admin, one or all", async () => {
    const { id, email, cookie } = await signedIn();
    const other = cookieOf((await signIn(email)).headers);
    const sessions = await as<{ data: { id: string; isCurrent: boolean }[] }>(
      cookie,
      "GET",
      `/v1/users/${id}/sessions`,
    );
    expect(sessions.body.data.map(({ isCurrent }) => isCurrent)).toEqual([false, true]);
    expect((await as(cookie, "DELETE", `/v1/users/${id}/sessions/${sessions.body.data[0]?.id}`)).status).toBe(204);
    expect((await as(other, "GET", "/v1/session")).status).toBe(401);
    expect((await api("DELETE", `/v1/users/${id}/sessions`)).status).toBe(204);
    expect((await as(cookie, "GET", "/v1/session")).status).toBe(401);
  });

  it("is over when its time is", async () => {
    const { id, cookie } = await signedIn();
    await connect(env).execute(sql`update sessions set expires_at = now() - interval '1 second' where user_id = ${id}`);
    expect((await as(cookie, "GET", "/v1/session")).status).toBe(401);
  });

  it("ends with its person", async () => {
    const { id, cookie } = await signedIn();
    expect((await api("DELETE", `/v1/users/${id}`)).status).toBe(204);
    expect((await as(cookie, "GET", "/v1/session")).status).toBe(401);
    const { rows } = await connect(env).execute(sql`select 1 from accounts where user_id = ${id}`);
    expect(rows).toEqual([]);
  });

  it("tells a key who it is, too", async () => {
    const { body } = await api<Caller>("GET", "/v1/session");
    expect(body).toMatchObject({ actor: "api:root", user: null, scopes: expect.arrayContaining(["admin"]) });
    expect((await api("DELETE", "/v1/session")).status).toBe(409);
  });
});

describe("a one-time token", () => {
  const setPassword = (token: string | null, newPassword: string) =>
    call("POST", "/v1/session/password", {
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ token, newPassword }),
    });

  it("sets a password once, and ends the sessions of before", async () => {
    const user = await createUser({ password: undefined });
    expect(user.setPasswordToken).toMatch(/^[\w-]{43}$/);
    expect((await signIn(user.email)).status).toBe(401);
    expect((await setPassword(user.setPasswordToken, "too short")).status).toBe(400);
    expect((await setPassword(user.setPasswordToken, PASSWORD)).status).toBe(204);
    expect((await setPassword(user.setPasswordToken, "another long password")).status).toBe(400);
    const cookie = cookieOf((await signIn(user.email)).headers);

    const { body } = await api<User>("POST", `/v1/users/${user.id}/password-token`);
    expect((await setPassword(body.setPasswordToken, "another long password")).status).toBe(204);
    expect((await as(cookie, "GET", "/v1/session")).status).toBe(401);
    expect([(await signIn(user.email)).status, (await signIn(user.email, "another long password")).status]).toEqual([
      401, 200,
    ]);
  });

  it("expires, and is void once there is another", async () => {
    const user = await createUser({ password: undefined });
    const { body } = await api<User>("POST", `/v1/users/${user.id}/password-token`);
    expect((await setPassword(user.setPasswordToken, PASSWORD)).status).toBe(400);
    await connect(env).execute(sql`update verifications set expires_at = now() - interval '1 second'`);
    expect((await setPassword(body.setPasswordToken, PASSWORD)).status).toBe(400);
  });

  it("stands in no row and in no act", async () => {
    const { setPasswordToken: token } = await createUser({ password: undefined });
    for (const table of ["verifications", "users", "accounts", "audit_events"]) {
      const { rows } = await connect(env).execute(sql`select * from ${sql.raw(table)}`);
      expect(JSON.stringify(rows)).not.toContain(token);
      expect(JSON.stringify(rows)).not.toContain(PASSWORD);
    }
  });
});

describe("users", () => {
  it("have an address of their own, whatever its case", async () => {
    const { email } = await createUser();
    const again = await api("POST", "/v1/users", { email: email.toUpperCase(), name: "x" });
    expect(again.status).toBe(409);
    const found = await api<{ data: User[] }>("GET", `/v1/users?email=${email.toUpperCase()}`);
    expect(found.body.data.map((user) => user.email)).toEqual([email]);
  });

  it("change their own name, and nobody else's", async () => {
    const [me, other] = [await signedIn(), await createUser()];
    expect((await as(me.cookie, "PATCH", `/v1/users/${me.id}`, { name: "Grace" })).body.name).toBe("Grace");
    expect((await as(me.cookie, "PATCH", `/v1/users/${me.id}`, { isPlatformAdmin: true })).status).toBe(403);
    expect((await as(me.cookie, "PATCH", `/v1/users/${other.id}`, { name: "x" })).status).toBe(404);
  });

  it("keep one platform admin, and none deletes themselves", async () => {
    await connect(env).execute(sql`update users set is_platform_admin = false`);
    const admin = await signedIn({ isPlatformAdmin: true });
    expect((await as(admin.cookie, "DELETE", `/v1/users/${admin.id}`)).status).toBe(409);
    expect((await api("DELETE", `/v1/users/${admin.id}`)).status).toBe(409);
    expect((await api("PATCH", `/v1/users/${admin.id}`, { isPlatformAdmin: false })).status).toBe(409);
    const second = await createUser({ isPlatformAdmin: true });
    expect((await as(admin.cookie, "PATCH", `/v1/users/${second.id}`, { isPlatformAdmin: false })).status).toBe(200);
  });
});

describe("somebody whom a team's admin invited", () => {
  it("does not become a platform admin with the password that the admin may have set", async () => {
    const [teamId, email] = [await newTeam(), newEmail()];
    const admin = await signedIn();
    await setRole(teamId, admin.id, "ADMIN");
    const { body } = await as<User & { userId: string }>(admin.cookie, "POST", `/v1/teams/${teamId}/members`, {
      email,
      role: "OBSERVER",
    });
    await call("POST", "/v1/session/password", {
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ token: body.setPasswordToken, newPassword: PASSWORD }),
    });
    const squatter = cookieOf((await signIn(email)).headers);
    const promoted = await api("PATCH", `/v1/users/${body.userId}`, { isPlatformAdmin: true });
    expect(promoted).toMatchObject({ status: 200, body: { isPlatformAdmin: true, isEmailVerified: true } });
    expect((await as(squatter, "GET", "/v1/session")).status).toBe(401);
    expect((await signIn(email)).status).toBe(401);
  });

  it("keeps the password when a platform admin let them in", async () => {
    const { id, cookie } = await signedIn();
    expect((await api("PATCH", `/v1/users/${id}`, { isPlatformAdmin: true })).status).toBe(200);
    expect((await as<Caller>(cookie, "GET", "/v1/session")).body.scopes).toContain("admin");
  });
});

describe("identity providers that cannot be read", () => {
  const provider = { id: "okta", issuer: "https://x.test", clientId: "c", clientSecret: "hunter2-hunter2" };

  it.each([
    ["no JSON", "{hunter2-hunter2"],
    ["no list", JSON.stringify(provider)],
    ["a field too many", JSON.stringify([{ ...provider, clientSecrt: "hunter2-hunter2" }])],
    ["no issuer", JSON.stringify([{ ...provider, issuer: undefined }])],
    ["an issuer without TLS", JSON.stringify([{ ...provider, issuer: "http://x.test" }])],
    ["two of the same id", JSON.stringify([provider, provider])],
  ])("are said to be so, without a secret: %s", async (_what, OIDC_PROVIDERS) => {
    const refusal = () => identityProviders({ ...env, OIDC_PROVIDERS });
    expect(refusal).toThrow(expect.objectContaining({ type: "unavailable" }));
    expect(refusal).toThrow(/OIDC_PROVIDERS/);
    expect(refusal).not.toThrow(/hunter2/);
  });
});

describe("teams", () => {
  it("are seen by their members alone, each with what they may do", async () => {
    const [teamId, member, stranger] = [await newTeam(), await signedIn(), await signedIn()];
    expect((await setRole(teamId, member.id, "RESPONDER")).status).toBe(200);
    const { body } = await as<Caller>(member.cookie, "GET", "/v1/session");
    expect(body.teams).toMatchObject([
      { id: teamId, role: "RESPONDER", scopes: expect.arrayContaining(["alerts:write"]) },
    ]);
    const listed = await as<{ data: { id: string }[] }>(member.cookie, "GET", "/v1/teams");
    expect(listed.body.data.map(({ id }) => id)).toEqual([teamId]);
    expect((await as<{ data: [] }>(stranger.cookie, "GET", "/v1/teams")).body.data).toEqual([]);
    for (const path of ["", "/members"]) {
      expect((await as(member.cookie, "GET", `/v1/teams/${teamId}${path}`)).status).toBe(200);
      expect((await as(stranger.cookie, "GET", `/v1/teams/${teamId}${path}`)).status).toBe(404);
    }
  });

  it("let a removed member see nothing at once", async () => {
    const [teamId, member] = [await newTeam(), await signedIn()];
    await setRole(teamId, member.id, "OBSERVER");
    expect((await as(member.cookie, "GET", "/v1/alerts")).status).toBe(200);
    expect((await api("DELETE", `/v1/teams/${teamId}/members/${member.id}`)).status).toBe(204);
    expect((await as(member.cookie, "GET", "/v1/alerts")).status).toBe(403);
  });

  it("are run by their admins, who invite people known and unknown", async () => {
    const [teamId, admin, known] = [await newTeam(), await signedIn(), await createUser()];
    await setRole(teamId, admin.id, "ADMIN");
    const invite = (email: string) =>
      as<User & { userId: string }>(admin.cookie, "POST", `/v1/teams/${teamId}/members`, { email, role: "OBSERVER" });
    expect((await invite(known.email)).body).toMatchObject({ userId: known.id, setPasswordToken: null });
    expect((await invite(known.email)).status).toBe(409);
    const email = newEmail();
    const invited = await invite(email);
    expect([invited.status, invited.body.setPasswordToken]).toEqual([201, expect.any(String)]);
    const members = await as<{ data: User[] }>(admin.cookie, "GET", `/v1/teams/${teamId}/members`);
    expect(members.body.data.map((one) => one.email).toSorted()).toEqual([admin.email, known.email, email].toSorted());
    expect((await as(admin.cookie, "PATCH", `/v1/teams/${teamId}`, { name: "Pay" })).body.name).toBe("Pay");
    expect((await as(admin.cookie, "POST", "/v1/teams", { name: "x" })).status).toBe(403);
  });

  it("keep their last admin, unless a platform admin says otherwise", async () => {
    const [teamId, admin] = [await newTeam(), await signedIn()];
    await setRole(teamId, admin.id, "ADMIN");
    const path = `/v1/teams/${teamId}/members/${admin.id}`;
    expect((await as(admin.cookie, "PUT", path, { role: "OBSERVER" })).status).toBe(409);
    expect((await as(admin.cookie, "DELETE", path)).status).toBe(409);
    expect((await api("PUT", path, { role: "OBSERVER" })).status).toBe(200);
  });

  it("stay while integrations or keys belong to them", async () => {
    const teamId = await newTeam();
    const key = await api<{ id: string }>("POST", "/v1/api-keys", { name: "x", teamId, scopes: ["alerts:read"] });
    const integration = await api<{ id: string }>("POST", "/v1/integrations", {
      name: "x",
      provider: "generic",
      teamId,
    });
    expect((await api("DELETE", `/v1/teams/${teamId}`)).status).toBe(409);
    await api("DELETE", `/v1/api-keys/${key.body.id}`);
    expect((await api("DELETE", `/v1/teams/${teamId}`)).status).toBe(409);
    await api("DELETE", `/v1/integrations/${integration.body.id}`);
    expect((await api("DELETE", `/v1/teams/${teamId}`)).status).toBe(204);
    expect((await api("GET", `/v1/teams/${teamId}`)).status).toBe(404);
  });

  it("are changed by whoever saw their present state", async () => {
    const teamId = await newTeam();
    const { headers } = await api("GET", `/v1/teams/${teamId}`);
    const change = (name: string, etag: string) =>
      call("PATCH", `/v1/teams/${teamId}`, {
        headers: { authorization: `Bearer ${env.ROOT_API_KEY}`, "content-type": "application/json", "if-match": etag },
        body: JSON.stringify({ name }),
      });
    const etag = headers.get("etag") ?? "";
    expect([(await change("a", etag)).status, (await change("b", etag)).status]).toEqual([200, 412]);
  });
});
