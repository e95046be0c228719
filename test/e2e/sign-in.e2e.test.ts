/** Sign-in through an OpenID Connect provider that signs its tokens. */
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { OAuth2Server } from "oauth2-mock-server";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { api, type Service, startService } from "../support/service.ts";

let provider: OAuth2Server;
let service: Service;
/** Claims of the next token. */
let claims: Record<string, unknown> = {};

beforeAll(async () => {
  provider = new OAuth2Server();
  await provider.issuer.keys.generate("RS256");
  await provider.start(0, "127.0.0.1");
  provider.service.on("beforeTokenSigning", (token: { payload: Record<string, unknown> }) => {
    Object.assign(token.payload, claims);
  });
  const { issuer } = provider;
  const settings = { issuer: issuer.url, clientId: "tocsin", clientSecret: "the client's secret" };
  service = await startService({
    OIDC_PROVIDERS: JSON.stringify([
      { id: "okta", name: "Okta", ...settings },
      { id: "access", name: "Cloudflare Access", vouchesForEmails: true, ...settings },
    ]),
  });
});
afterAll(async () => {
  await service.stop();
  await provider.stop();
  rmSync(service.stateDirectory, { recursive: true });
});

interface Problem {
  detail: string;
}

interface Person {
  id: string;
  email: string;
}

let people = 0;
let person: Person;
beforeEach(async () => {
  const email = `person-${++people}@example.com`;
  person = (await api<Person>(service, "POST", "/v1/users", { email, name: "Ada" })).body;
  claims = { sub: `sub-${people}`, email, email_verified: true, aud: "tocsin" };
});

/** A browser: its cookies, and its redirects. */
class Browser {
  readonly cookies = new Map<string, string>();

  async open(url: string | URL): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(url, { redirect: "manual", headers: { cookie } });
    for (const set of response.headers.getSetCookie()) {
      const [name = "", value = ""] = (set.split(";")[0] ?? "").split(/=(.*)/s);
      if (/max-age=0/i.test(set)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return response;
  }

  /** Starts the sign-in, and returns the callback URL of the provider. */
  async toCallback(id = "okta", returnTo = "/v1/alerts"): Promise<URL> {
    const start = await this.open(`${service.url}/v1/session/oidc/${id}?returnTo=${encodeURIComponent(returnTo)}`);
    expect(start.status).toBe(302);
    const atProvider = new URL(start.headers.get("location") ?? "");
    expect(atProvider.searchParams.get("code_challenge_method")).toBe("S256");
    const back = await this.open(atProvider);
    return new URL(back.headers.get("location") ?? "");
  }

  async signIn(id = "okta", returnTo = "/v1/alerts"): Promise<Response> {
    return this.open(await this.toCallback(id, returnTo));
  }

  async whoAmI(): Promise<number> {
    return (await this.open(`${service.url}/v1/session`)).status;
  }
}

describe("an identity provider", () => {
  it("is listed without its secret", async () => {
    const reply = await fetch(`${service.url}/v1/session/providers`);
    const { data } = (await reply.json()) as { data: { name: string; signInUrl: string }[] };
    expect(data.map(({ name }) => name)).toEqual(["Okta", "Cloudflare Access"]);
    expect(JSON.stringify(data)).not.toContain("secret");
  });

  it("signs in a known user, and redirects to the requested page", async () => {
    const browser = new Browser();
    const reply = await browser.signIn("okta", "/v1/alerts?status=OPEN");
    expect([reply.status, reply.headers.get("location")]).toEqual([302, `${service.url}/v1/alerts?status=OPEN`]);
    expect([...browser.cookies.keys()]).toContain("tocsin.session_token");
    const session = await browser.open(`${service.url}/v1/session`);
    expect(await session.json()).toMatchObject({ actor: `user:${person.id}`, user: { email: person.email } });
    const acts = await api<{ data: { action: string }[] }>(service, "GET", `/v1/audit-events?actor=user:${person.id}`);
    expect(acts.body.data.map(({ action }) => action).toSorted()).toEqual(["session.create", "user.link-provider"]);
    const again = new Browser();
    expect((await again.signIn()).status).toBe(302);
    expect(await again.whoAmI()).toBe(200);
  });

  it("does not sign in an unknown person", async () => {
    claims = { ...claims, sub: "unknown", email: "unknown@example.com" };
    const browser = new Browser();
    const reply = await browser.signIn();
    expect([reply.status, ((await reply.json()) as { detail: string }).detail]).toEqual([
      403,
      expect.stringContaining("Ask an admin"),
    ]);
    expect(await browser.whoAmI()).toBe(401);
    const { body } = await api<{ data: [] }>(service, "GET", "/v1/users?email=unknown@example.com");
    expect(body.data).toEqual([]);
  });

  it.each([false, undefined])("cannot sign in a user by an unverified address (%s)", async (verified) => {
    claims = { ...claims, email_verified: verified };
    const browser = new Browser();
    const reply = await browser.signIn();
    expect([reply.status, await browser.whoAmI()]).toEqual([403, 401]);
    expect(((await reply.json()) as { detail: string }).detail).toContain("not verified your email address");
  });

  it("can verify addresses without email_verified if configured, but not with email_verified=false", async () => {
    claims = { ...claims, email_verified: undefined };
    const browser = new Browser();
    expect((await browser.signIn("access")).status).toBe(302);
    expect(await browser.whoAmI()).toBe(200);
    claims = { ...claims, email_verified: false };
    expect((await new Browser().signIn("access")).status).toBe(403);
  });

  it("cannot sign in with a token for another audience or of another issuer", async () => {
    claims = { ...claims, aud: "another application" };
    expect((await new Browser().signIn()).status).toBe(401);
    claims = { ...claims, aud: "tocsin", iss: "https://evil.test" };
    expect((await new Browser().signIn()).status).toBe(401);
  });

  it("accepts a state only once, and only from the browser that started the sign-in", async () => {
    const [victim, attacker] = [new Browser(), new Browser()];
    const callback = await attacker.toCallback();
    expect((await victim.open(callback)).status).toBe(401);
    expect(await victim.whoAmI()).toBe(401);
    const tampered = new URL(callback);
    tampered.searchParams.set("state", "x".repeat(32));
    expect((await attacker.open(tampered)).status).toBe(401);
    const own = new Browser();
    const once = await own.toCallback();
    expect((await own.open(once)).status).toBe(302);
    expect((await own.open(once)).status).toBe(401);
  });

  it("explains a failed sign-in", async () => {
    const reply = await new Browser().open(`${service.url}/v1/session/oidc/okta/callback?error=access_denied`);
    expect([reply.status, reply.headers.get("content-type")]).toEqual([401, "application/problem+json"]);
    expect((await new Browser().open(`${service.url}/v1/session/oidc/nobody`)).status).toBe(404);
  });

  it("says what to do when it denied access, and does not quote a text that anybody could send", async () => {
    const query = "error=access_denied&error_description=You%20are%20not%20assigned";
    const made = await new Browser().open(`${service.url}/v1/session/oidc/okta/callback?${query}&state=made-up`);
    expect([made.status, await made.text()]).toEqual([401, expect.not.stringContaining("assigned")]);
    const browser = new Browser();
    const callback = await browser.toCallback();
    callback.searchParams.delete("code");
    for (const [name, value] of new URLSearchParams(query)) callback.searchParams.set(name, value);
    const reply = await browser.open(callback);
    expect([reply.status, ((await reply.json()) as Problem).detail]).toEqual([
      403,
      expect.stringMatching(/denied access.*You are not assigned.*sign in again/s),
    ]);
  });

  it.each(["token", "userinfo"])("that fails is a 503, which does not count against the person: %s", async (what) => {
    claims = { ...claims, ...(what === "userinfo" && { email_verified: undefined }) };
    provider.service.once(
      what === "token" ? "beforeResponse" : "beforeUserinfo",
      (response: { statusCode: number }) => {
        response.statusCode = 500;
      },
    );
    const reply = await new Browser().signIn();
    expect([reply.status, ((await reply.json()) as Problem).detail]).toEqual([503, expect.stringContaining(what)]);
  });

  it("may verify the address at userinfo alone", async () => {
    claims = { ...claims, email: undefined, email_verified: undefined };
    provider.service.once("beforeUserinfo", (response: { body: unknown }) => {
      response.body = { sub: claims.sub, email: person.email, email_verified: true };
    });
    const browser = new Browser();
    expect([(await browser.signIn()).status, await browser.whoAmI()]).toEqual([302, 200]);
  });

  it.each([
    ["a list of addresses", ["ada@example.com"], "not one address"],
    ["no address", undefined, "sent no email address"],
  ])("that sends %s gets a 403 with what to do", async (_, email, detail) => {
    claims = { ...claims, email };
    const reply = await new Browser().signIn();
    expect([reply.status, ((await reply.json()) as Problem).detail]).toEqual([403, expect.stringContaining(detail)]);
  });

  it("ends the access of whoever had invited the person", async () => {
    const root = (method: string, path: string, body?: unknown) =>
      api<{ id: string; setPasswordToken: string; key: string; isEmailVerified: boolean }>(service, method, path, body);
    const team = await root("POST", "/v1/teams", { name: "A" });
    const { body: mallory } = await root("POST", "/v1/api-keys", {
      name: "team admin",
      teamId: team.body.id,
      scopes: ["admin"],
    });
    const email = `victim-${people}@example.com`;
    const invited = await fetch(`${service.url}/v1/teams/${team.body.id}/members`, {
      method: "POST",
      headers: { authorization: `Bearer ${mallory.key}`, "content-type": "application/json" },
      body: JSON.stringify({ email, role: "OBSERVER" }),
    });
    const { setPasswordToken: token, userId } = (await invited.json()) as { setPasswordToken: string; userId: string };
    const send = (path: string, body: unknown) =>
      fetch(service.url + path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    const password = "chosen by mallory";
    expect((await send("/v1/session/password", { token, newPassword: password })).status).toBe(204);
    expect((await send("/v1/session", { email, password })).status).toBe(200);
    claims = { ...claims, sub: "victim", email };
    const browser = new Browser();
    expect([(await browser.signIn()).status, await browser.whoAmI()]).toEqual([302, 200]);
    expect((await send("/v1/session", { email, password })).status).toBe(401);
    expect((await root("GET", `/v1/users/${userId}`)).body.isEmailVerified).toBe(true);
  });

  it.each([
    "//evil.test",
    "/..//evil.test",
    "https://evil.test",
    "/\\evil.test",
    "\\\\evil.test",
    "/%09/evil.test",
    "javascript:alert(1)",
    "/ /evil.test",
  ])("redirects to no other host: %j", async (returnTo) => {
    const start = await fetch(`${service.url}/v1/session/oidc/okta?returnTo=${encodeURIComponent(returnTo)}`, {
      redirect: "manual",
    });
    if (start.status === 400) return;
    const browser = new Browser();
    const reply = await browser.signIn("okta", returnTo);
    expect(new URL(reply.headers.get("location") ?? "").origin).toBe(service.url);
  });
});

describe("admin:create", () => {
  it.each(["an unknown address", "a known user"])(
    "creates a platform admin while the service runs: %s",
    async (who) => {
      const email = who === "an unknown address" ? `admin-${people}@example.com` : person.email;
      const password = "correct horse battery staple";
      const output = execFileSync(process.execPath, ["scripts/admin-create.ts", "--email", email, "--password-stdin"], {
        input: `${password}\n`,
        encoding: "utf8",
        env: { ...process.env, DATABASE_URL: "", TOCSIN_DIR: service.stateDirectory },
      });
      expect(output).toContain(`${email} is a platform admin`);
      const reply = await fetch(`${service.url}/v1/session`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ email, password }),
      });
      expect([reply.status, await reply.json()]).toMatchObject([200, { user: { email, isPlatformAdmin: true } }]);
    },
  );
});
