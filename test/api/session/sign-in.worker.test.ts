import { env } from "cloudflare:workers";
import { sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { connect } from "../../../src/db/client.ts";
import { hashOf } from "../../../src/lib/api-key.ts";
import {
  callAs,
  cookieOf,
  createUser,
  newEmail,
  ORIGIN,
  PASSWORD,
  type SessionCaller,
  signIn,
  withinOneMinute,
} from "../users/fixtures.ts";
import { api, call } from "../../support/worker.ts";

/** Requests a minute that FAILURE_LIMITER in wrangler.toml allows an address. */
const FAILURE_LIMIT = 100;

describe("signing in with a password", () => {
  it("sets a cookie that scripts and other sites cannot read, and stores only a hash of its token", async () => {
    const user = await createUser();
    const reply = await signIn(user.email.toUpperCase());
    expect(reply).toMatchObject({
      status: 200,
      body: { actor: `user:${user.id}`, user: { id: user.id, email: user.email }, scopes: [], teams: [] },
    });
    const [cookie = ""] = reply.headers.getSetCookie();
    expect(cookie).toMatch(/^__Host-tocsin\.session_token=/);
    for (const flag of ["HttpOnly", "Secure", "SameSite=Lax", "Path=/", "Max-Age=604800"])
      expect(cookie).toContain(flag);
    const token = decodeURIComponent(cookieOf(reply.headers).split("=")[1] ?? "").split(".")[0] ?? "";
    const { rows } = await connect(env).execute(sql`select * from sessions where user_id = ${user.id}`);
    expect(rows).toMatchObject([{ token_hash: await hashOf(token) }]);
    expect(JSON.stringify(rows)).not.toContain(token);
    const { body: session } = await callAs<SessionCaller>(cookieOf(reply.headers), "GET", "/v1/session");
    expect(session).toEqual(reply.body);
  });

  it("returns the same response for a wrong password and for an unknown address", async () => {
    const { email } = await createUser();
    const wrong = await signIn(email, "not the password");
    const unknown = await signIn(newEmail(), "not the password");
    expect([wrong.status, unknown.status]).toEqual([401, 401]);
    expect({ ...wrong.body, instance: "" }).toEqual({ ...unknown.body, instance: "" });
    expect(wrong.headers.getSetCookie()).toEqual([]);
  });

  it("rejects an address after too many attempts, even with the right password", async () => {
    const { email } = await createUser();
    const [allowed, limited] = await withinOneMinute(async () => {
      const address = `192.0.2.77-${crypto.randomUUID()}`;
      // Each attempt hashes a password: use the limit up without them, but for the last.
      for (let count = 1; count < FAILURE_LIMIT; count++) await env.FAILURE_LIMITER.limit({ key: address });
      const attempt = (password: string) => signIn(email, password, { "cf-connecting-ip": address });
      return [await attempt("not the password"), await attempt(PASSWORD)] as const;
    });
    expect([allowed.status, limited.status]).toEqual([401, 429]);
    expect((limited.body as unknown as { detail: string }).detail).toContain("FAILURE_LIMITER");
    expect(limited.headers.getSetCookie()).toEqual([]);
    expect((await signIn(email, PASSWORD, { "cf-connecting-ip": "192.0.2.78" })).status).toBe(200);
  });

  it("rejects pages of other origins", async () => {
    const { email } = await createUser();
    expect((await signIn(email, PASSWORD, { origin: "https://evil.test" })).status).toBe(403);
    expect((await signIn(email, PASSWORD, { origin: ORIGIN })).status).toBe(200);
  });

  it.each([{}, { email: "x" }, { email: "a@x.test", password: 1 }, { email: "a@x.test", password: "" }])(
    "rejects the body %j",
    async (body) => {
      const reply = await call("POST", "/v1/session", {
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      expect(reply.status).toBe(400);
    },
  );

  it("records an audit event with the user and the address", async () => {
    const user = await createUser();
    await signIn(user.email, PASSWORD, { "cf-connecting-ip": "192.0.2.5" });
    const { body } = await api<{ data: object[] }>("GET", `/v1/audit-events?actor=user:${user.id}`);
    expect(body.data).toMatchObject([{ action: "session.create", ipAddress: "192.0.2.5" }]);
  });
});
