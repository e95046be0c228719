import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { connectProvider, printable } from "../../../src/api/session/connected-provider.ts";
import { ProviderCalls } from "../../../src/api/session/provider-calls.ts";
import type { Problem } from "../../../src/lib/problem.ts";
import { type Answer, CLIENT_ID, type Endpoint, FakeProvider, json, NONCE } from "./fake-provider.ts";

let provider: FakeProvider;
beforeAll(async () => {
  provider = await FakeProvider.start();
});
afterAll(() => provider.stop());

const CLAIMS = { sub: "00u1", email: "ada@example.com", email_verified: true };

beforeEach(async () => {
  provider.answers = {};
  provider.calls = [];
  await provider.issue(CLAIMS);
});

/** Signs in up to the end of the calls, as better-auth does. */
async function signIn({
  vouches = false,
  signal,
  iss,
}: { vouches?: boolean; signal?: AbortSignal; iss?: string } = {}) {
  const config = {
    id: "okta",
    name: "Okta",
    issuer: provider.issuer,
    clientId: CLIENT_ID,
    clientSecret: "secret",
    scopes: ["openid", "email"],
    vouchesForEmails: vouches,
  };
  const calls = new ProviderCalls("Okta", signal ?? new AbortController().signal);
  const { oauth, failure } = connectProvider(config, "https://tocsin.test/callback", iss, calls);
  try {
    const tokens = await oauth.validateAuthorizationCode({ code: "code", redirectURI: "", codeVerifier: "verifier" });
    const person = tokens && (await oauth.getUserInfo({ ...tokens, expectedIdTokenNonce: NONCE }));
    return person?.user ?? null;
  } catch (error) {
    expect(failure()).toBe(error);
    return error as Problem;
  }
}

const ENDPOINTS: readonly Endpoint[] = ["discovery", "token", "keys", "userinfo"];

/** Makes the ID token lack what userinfo has, so that userinfo is asked. */
async function useUserinfo(userinfo: object = { ...CLAIMS }) {
  await provider.issue({ sub: CLAIMS.sub });
  provider.answers.userinfo = json(userinfo);
}

describe("an identity provider", () => {
  it("names the person by its signed claims, without a call to userinfo", async () => {
    expect(await signIn()).toEqual({ email: "ada@example.com", emailVerified: true });
    expect(provider.calls).toEqual(["discovery", "token", "keys"]);
  });

  it.each(ENDPOINTS)("that never answers is a 503 when the deadline is over: %s", async (endpoint) => {
    await useUserinfo();
    const controller = new AbortController();
    provider.answers[endpoint] = () => controller.abort(new DOMException("too late", "TimeoutError"));
    const problem = await signIn({ signal: controller.signal });
    expect(problem).toMatchObject({ status: 503, message: expect.stringContaining(`${endpoint}: no answer`) });
  });

  it.each(ENDPOINTS)("that stops in the middle of an answer is a 503, too: %s", async (endpoint) => {
    await useUserinfo();
    const controller = new AbortController();
    provider.answers[endpoint] = (response) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.write('{"a":', () => controller.abort(new DOMException("too late", "TimeoutError")));
    };
    expect(await signIn({ signal: controller.signal })).toMatchObject({ status: 503 });
  });

  const faults: readonly (readonly [string, Answer])[] = [
    ["a 500", json({ error: "server_error" }, 500)],
    ["a 502 with HTML", (response) => response.writeHead(502).end("<html>")],
    ["a 429", json({}, 429)],
    ["a 404", json({}, 404)],
    ["no JSON", (response) => response.end("<html>")],
    ["a list", json([])],
    ["null", json(null)],
    ["a megabyte", json({ x: "x".repeat(1024 * 1024) })],
    ["a closed connection", (response) => response.destroy()],
  ];
  it.each(ENDPOINTS.flatMap((endpoint) => faults.map(([name, answer]) => [endpoint, name, answer] as const)))(
    "that answers %s with %s is a 503 that says so",
    async (endpoint, _, answer) => {
      await useUserinfo();
      provider.answers[endpoint] = answer;
      const problem = await signIn();
      expect(problem).toMatchObject({ status: 503, headers: { "retry-after": "60" } });
      expect((problem as Problem).message).toContain(`(${endpoint}: `);
    },
  );

  it("that does not accept the code starts again, and one that rejects the client is a 503", async () => {
    provider.answers.token = json({ error: "invalid_grant" }, 400);
    expect(await signIn()).toBeNull();
    provider.answers.token = json({ error: "bad_verification_code" });
    expect(await signIn()).toBeNull();
    provider.answers.token = json({ error: "invalid_client" }, 401);
    expect(await signIn()).toMatchObject({ status: 503, message: expect.stringContaining("invalid_client") });
  });

  it("does not get the code or the client's secret over a redirect", async () => {
    provider.answers.token = (response) =>
      void response.writeHead(307, { location: `${provider.issuer}/userinfo` }).end();
    expect(await signIn()).toMatchObject({ status: 503 });
    expect(provider.calls).not.toContain("userinfo");
  });

  it.each([
    ["another nonce", { nonce: "another" }],
    ["no nonce", { nonce: undefined }],
  ])("with %s in its token is not believed", async (_, claims) => {
    await provider.issue({ ...CLAIMS, ...claims });
    expect(await signIn()).toBeNull();
  });

  it("with another issuer in the callback gets no code", async () => {
    expect(await signIn({ iss: "https://evil.test" })).toBeNull();
    expect(provider.calls).toEqual(["discovery"]);
    expect(await signIn({ iss: provider.issuer })).toMatchObject({ emailVerified: true });
  });

  it("without a usable key or endpoint is a 503", async () => {
    provider.answers.keys = json({ keys: "none" });
    expect(await signIn()).toMatchObject({ status: 503 });
    provider.answers.discovery = json({ issuer: provider.issuer });
    expect(await signIn()).toMatchObject({ status: 503, message: expect.stringContaining("authorization_endpoint") });
  });
});

describe("the claims of a person", () => {
  it.each([
    ["an email that only userinfo has", { sub: "00u1" }, { ...CLAIMS }, true],
    ["email_verified that only userinfo has", { sub: "00u1", email: "ada@example.com" }, { ...CLAIMS }, true],
    ["another case in userinfo", { sub: "00u1", email: "Ada@example.com" }, { ...CLAIMS }, true],
    ["email_verified as text", { ...CLAIMS, email_verified: "true" }, {}, true],
    ["email_verified=false in the token", { ...CLAIMS, email_verified: false }, { ...CLAIMS }, false],
    ['email_verified="false"', { ...CLAIMS, email_verified: "false" }, {}, false],
    ["email_verified nowhere", { sub: "00u1", email: "ada@example.com" }, { sub: "00u1" }, false],
    [
      "userinfo that verifies another address",
      { sub: "00u1", email: "ada@example.com" },
      { ...CLAIMS, email: "mallory@example.com" },
      false,
    ],
  ])("may have %s", async (_, claims, userinfo, emailVerified) => {
    await provider.issue(claims);
    provider.answers.userinfo = json(userinfo);
    expect(await signIn()).toEqual({ email: "ada@example.com", emailVerified });
  });

  it("count as verified by a provider that vouches for addresses, but not with email_verified=false", async () => {
    await provider.issue({ sub: "00u1", email: "ada@example.com" });
    expect(await signIn({ vouches: true })).toMatchObject({ emailVerified: true });
    expect(provider.calls).not.toContain("userinfo");
    await provider.issue({ ...CLAIMS, email_verified: false });
    expect(await signIn({ vouches: true })).toMatchObject({ emailVerified: false });
  });

  it("without an email address are a 403 that says what to do", async () => {
    await useUserinfo({ sub: "00u1" });
    expect(await signIn()).toMatchObject({ status: 403, message: expect.stringContaining("sent no email address") });
  });

  it.each([
    [["ada@example.com"]],
    [{ value: "ada@example.com" }],
    [7],
    [true],
    ["ada"],
    ["ada@example.com\0"],
    ["ada@example.com,eve@example.com"],
    [`${"a".repeat(300)}@example.com`],
  ])("with the email %j are a 403", async (email) => {
    await provider.issue({ ...CLAIMS, email });
    expect(await signIn()).toMatchObject({ status: 403, message: expect.stringContaining("not one address") });
    await useUserinfo({ ...CLAIMS, email });
    expect(await signIn()).toMatchObject({ status: 403 });
  });

  it("of userinfo about another person are not used", async () => {
    await useUserinfo({ ...CLAIMS, sub: "00u2" });
    expect(await signIn()).toMatchObject({ status: 403, message: expect.stringContaining("sent no email address") });
    await provider.issue({ sub: CLAIMS.sub, email: CLAIMS.email });
    expect(await signIn()).toEqual({ email: "ada@example.com", emailVerified: false });
  });

  it("with an unusable id are a 403", async () => {
    await provider.issue({ ...CLAIMS, sub: "x".repeat(256) });
    expect(await signIn()).toMatchObject({ status: 403 });
  });
});

describe("printable", () => {
  it("shortens text, and drops control characters", () => {
    expect(printable("a\0b\u202ec\nd é 日本", 8)).toBe("a b c d ");
  });
});
