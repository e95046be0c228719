import { env } from "cloudflare:workers";
import { sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { connect } from "../../../src/db/client.ts";
import {
  callAs,
  cookieOf,
  createSignedInUser,
  createUser,
  newEmail,
  PASSWORD,
  setPassword,
  signIn,
  type User,
  withinOneMinute,
} from "../users/fixtures.ts";
import { api, call, until } from "../../support/worker.ts";

/** Sign-ins a minute that ACCOUNT_LIMITER in wrangler.toml allows an account. */
const ACCOUNT_LIMIT = 10;

let addresses = 0;
/** Tries a password, each time from another address. */
const guess = (email: string, password = "not the password", headers: Record<string, string> = {}) =>
  signIn(email, password, { "cf-connecting-ip": `203.0.113.${++addresses}-${email}`, ...headers });

/** Uses up the limit of an account, and returns the statuses. */
async function guessTooOften(email: string): Promise<number[]> {
  const statuses: number[] = [];
  for (let count = 0; count <= ACCOUNT_LIMIT; count++) statuses.push((await guess(email)).status);
  return statuses;
}

const LIMITED = [...Array<number>(ACCOUNT_LIMIT).fill(401), 429];

/** The cookie that marks a browser. */
const markOf = (headers: Headers): string =>
  headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0] ?? "")
    .find((cookie) => cookie.startsWith("__Host-tocsin.known_browser=")) ?? "";

describe("guesses at the password of one account", () => {
  it("are limited from all addresses together, also for an unknown account and for the right password", async () => {
    const [known, right, otherCase, unknown] = await withinOneMinute(async () => {
      const { email } = await createUser();
      return [
        await guessTooOften(email),
        await guess(email, PASSWORD),
        await guess(email.toUpperCase(), PASSWORD),
        await guessTooOften(newEmail()),
      ] as const;
    });
    expect(known).toEqual(LIMITED);
    expect(unknown).toEqual(LIMITED);
    expect([right.status, right.headers.get("retry-after"), otherCase.status]).toEqual([429, "60", 429]);
    expect((right.body as unknown as { detail: string }).detail).toContain("ACCOUNT_LIMITER");
  });

  it("neither end sessions nor keep the user out of a browser that is known", async () => {
    const otherUser = await createUser();
    const foreign = markOf((await signIn(otherUser.email)).headers);
    const [first, fresh, known, withForeignMark, forged] = await withinOneMinute(async () => {
      const { email } = await createUser();
      const signedIn = await signIn(email);
      const mark = markOf(signedIn.headers);
      await guessTooOften(email);
      return [
        signedIn,
        await guess(email, PASSWORD),
        await guess(email, PASSWORD, { cookie: mark }),
        await guess(email, PASSWORD, { cookie: foreign }),
        await guess(email, PASSWORD, { cookie: `${mark.slice(0, -4)}AAAA` }),
      ] as const;
    });
    expect([fresh, known, withForeignMark, forged].map((reply) => reply.status)).toEqual([429, 200, 429, 429]);
    expect((await callAs(cookieOf(first.headers), "GET", "/v1/session")).status).toBe(200);
    expect(markOf(known.headers)).toBe("");
  });

  it("are limited from a known browser, too", async () => {
    const statuses = await withinOneMinute(async () => {
      const { email } = await createUser();
      const cookie = markOf((await signIn(email)).headers);
      const replies: number[] = [];
      for (let count = 0; count <= ACCOUNT_LIMIT; count++)
        replies.push((await guess(email, "not the password", { cookie })).status);
      return replies;
    });
    expect(statuses).toEqual(LIMITED);
  });

  it("are limited from a known browser also when its mark is spelled in many ways", async () => {
    const statuses = await withinOneMinute(async () => {
      const { email } = await createUser();
      const mark = markOf((await signIn(email)).headers);
      const replies: number[] = [];
      for (let count = 0; count <= ACCOUNT_LIMIT; count++) {
        const cookie = `${mark}${"=".repeat(count)}`;
        replies.push((await guess(email, "not the password", { cookie })).status);
      }
      return replies;
    });
    expect(statuses).toEqual(LIMITED);
  });

  it("do not keep out the user who sets a password with a token", async () => {
    const status = await withinOneMinute(async () => {
      const user = await createUser();
      await guessTooOften(user.email);
      const { body } = await api<User>("POST", `/v1/users/${user.id}/password-token`);
      const set = await setPassword(body.setPasswordToken, "another long password");
      return (await guess(user.email, "another long password", { cookie: markOf(set.headers) })).status;
    });
    expect(status).toBe(200);
  });

  it("are in the audit log once, without a cookie or a password", async () => {
    const user = await withinOneMinute(async () => {
      const guessed = await createUser();
      await guessTooOften(guessed.email);
      await guess(guessed.email);
      return guessed;
    });
    const events = await until(async () => {
      const { body } = await api<{ data: object[] }>("GET", `/v1/audit-events?action=user.sign-ins-limited`);
      const about = body.data.filter((event) => (event as { targetId: string }).targetId === user.id);
      return about.length > 0 && about;
    });
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      actor: "unauthenticated",
      after: { limiter: "ACCOUNT_LIMITER" },
      ipAddress: expect.stringContaining("203.0.113."),
    });
  });
});

describe("the mark of a browser", () => {
  it("is a cookie that scripts cannot read, and identifies no user", async () => {
    const { email, id } = await createUser();
    const cookies = (await signIn(email)).headers.getSetCookie();
    const cookie = cookies.find((text) => text.startsWith("__Host-tocsin.known_browser=")) ?? "";
    for (const flag of ["HttpOnly", "Secure", "SameSite=Lax", "Path=/", "Max-Age=15552000"])
      expect(cookie).toContain(flag);
    expect(cookie).not.toContain("Domain");
    expect(cookie.includes(email) || cookie.includes(id)).toBe(false);
  });
});

describe("POST /v1/session/password with the present password", () => {
  const change = (cookie: string, currentPassword: string, newPassword: string) =>
    callAs<{ detail: string }>(cookie, "POST", "/v1/session/password", { currentPassword, newPassword });

  it("sets the new one, ends the other sessions and tokens, and records an audit event", async () => {
    const user = await createSignedInUser();
    const other = cookieOf((await signIn(user.email)).headers);
    const token = await api<User>("POST", `/v1/users/${user.id}/password-token`);
    expect((await change(user.cookie, PASSWORD, "another long password")).status).toBe(204);
    expect((await callAs(user.cookie, "GET", "/v1/session")).status).toBe(200);
    expect((await callAs(other, "GET", "/v1/session")).status).toBe(401);
    expect((await setPassword(token.body.setPasswordToken, PASSWORD)).status).toBe(400);
    expect((await signIn(user.email)).status).toBe(401);
    expect((await signIn(user.email, "another long password")).status).toBe(200);
    const { body } = await api<{ data: object[] }>(
      "GET",
      `/v1/audit-events?targetId=${user.id}&action=user.set-password`,
    );
    expect(body.data).toMatchObject([{ actor: `user:${user.id}`, after: { by: "present-password" } }]);
    expect(JSON.stringify(body)).not.toContain("another long password");
  });

  it("changes nothing with a wrong, short or missing password", async () => {
    const user = await createSignedInUser();
    const other = cookieOf((await signIn(user.email)).headers);
    const wrong = await change(user.cookie, "not the password", "another long password");
    expect([wrong.status, wrong.body.detail]).toEqual([400, expect.stringContaining("Wrong present password")]);
    expect((await change(user.cookie, PASSWORD, "too short")).status).toBe(400);
    expect((await change(user.cookie, "", "another long password")).status).toBe(400);
    const both = { currentPassword: PASSWORD, token: "x", newPassword: "another long password" };
    expect((await callAs(user.cookie, "POST", "/v1/session/password", both)).status).toBe(400);
    const neither = { newPassword: "another long password" };
    expect((await callAs(user.cookie, "POST", "/v1/session/password", neither)).status).toBe(400);
    expect((await callAs(other, "GET", "/v1/session")).status).toBe(200);
    expect((await signIn(user.email)).status).toBe(200);
  });

  it("needs a session, and a page of this service", async () => {
    const user = await createSignedInUser();
    expect((await change("", PASSWORD, "another long password")).status).toBe(401);
    const foreign = await call("POST", "/v1/session/password", {
      headers: { cookie: user.cookie, origin: "https://evil.test", "content-type": "application/json" },
      body: JSON.stringify({ currentPassword: PASSWORD, newPassword: "another long password" }),
    });
    expect([foreign.status, (await signIn(user.email)).status]).toEqual([403, 200]);
  });

  it("returns what to do to a user without a password", async () => {
    const user = await createSignedInUser();
    await connect(env).execute(sql`delete from accounts where user_id = ${user.id}`);
    const reply = await change(user.cookie, PASSWORD, "another long password");
    expect([reply.status, reply.body.detail]).toEqual([409, expect.stringContaining("Ask a platform admin")]);
  });

  it("limits guesses at the present password", async () => {
    const statuses = await withinOneMinute(async () => {
      const user = await createSignedInUser();
      for (let count = 1; count < ACCOUNT_LIMIT; count++)
        await env.ACCOUNT_LIMITER.limit({ key: `password ${user.id}` });
      const wrong = await change(user.cookie, "not the password", "another long password");
      const right = await change(user.cookie, PASSWORD, "another long password");
      return [wrong.status, right.status];
    });
    expect(statuses).toEqual([400, 429]);
  });
});
