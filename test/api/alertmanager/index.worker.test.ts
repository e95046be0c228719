/** What all operations of the Alertmanager API share: credentials, errors, limits, methods. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { call } from "../../support/worker.ts";
import { am, newTeam, type Team } from "./fixtures.ts";

let team: Team;
beforeAll(async () => {
  team = await newTeam("Basics");
});

const basic = (user: string, password: string) => `Basic ${btoa(`${user}:${password}`)}`;
const withAuthorization = (authorization: string, path = "/api/v2/receivers") =>
  call("GET", path, { headers: { authorization } });

describe("the Alertmanager API", () => {
  it("accepts an API key as a bearer token, and as the password of any user", async () => {
    for (const authorization of [`Bearer ${team.key}`, basic("anyone", team.key), basic("", team.key)]) {
      const { status, body } = await withAuthorization(authorization);
      expect([status, body]).toEqual([200, [{ name: "Basics", labels: { tocsin_team: team.id } }]]);
    }
    expect((await withAuthorization(basic("root", env.ROOT_API_KEY))).status).toBe(200);
  });

  it("rejects other credentials with a text as JSON, and no browser asks for a password", async () => {
    for (const authorization of ["", "Basic", "Basic !", basic(team.key, ""), basic("x", `${team.key}x`), "Bearer x"]) {
      const { status, body, headers } = await withAuthorization(authorization);
      expect([status, body]).toEqual([401, expect.stringContaining("API key")]);
      expect(headers.get("www-authenticate")).toBe('Bearer realm="tocsin"');
    }
  });

  it("is the only part of the API with passwords", async () => {
    expect((await withAuthorization(basic("anyone", team.key), "/v1/alerts")).status).toBe(401);
    expect((await withAuthorization(basic("anyone", team.key), "/metrics")).status).toBe(401);
  });

  it("has a text as JSON for unknown paths and missing scopes", async () => {
    const unknown = await am<string>(team, "GET", "/nothing");
    expect([unknown.status, unknown.body]).toEqual([404, expect.stringContaining("/api/v2/nothing")]);
    const other = await newTeam("Scopes", ["deliveries:read"]);
    const forbidden = await am<string>(other, "GET", "/alerts");
    expect([forbidden.status, forbidden.body]).toEqual([403, expect.stringContaining("`alerts:read`")]);
  });

  it.each([
    ["POST", "/alerts", "GET, HEAD, OPTIONS"],
    ["DELETE", "/status", "GET, HEAD, OPTIONS"],
    ["PUT", "/receivers", "GET, HEAD, OPTIONS"],
    ["POST", "/alerts/groups", "GET, HEAD, OPTIONS"],
  ])("answers %s %s with 405", async (method, path, allow) => {
    const { status, headers, body } = await am<string>(team, method, path);
    expect([status, headers.get("allow")]).toEqual([405, allow]);
    expect(body).toContain("not allowed");
  });

  it("rejects long query strings", async () => {
    const { status, body } = await am<string>(team, "GET", `/alerts?filter=${"a".repeat(9000)}`);
    expect([status, body]).toEqual([400, expect.stringContaining("8,192")]);
  });

  it("describes the limit of its caller", async () => {
    const { headers } = await am(team, "GET", "/status");
    expect(headers.get("ratelimit-policy")).toMatch(/^"api";q=\d+;w=60$/);
  });
});

describe("GET /api/v2/status", () => {
  it("describes an Alertmanager without a cluster", async () => {
    const { status, body } = await am<{ uptime: string; config: { original: string } }>(team, "GET", "/status");
    expect(status).toBe(200);
    expect(body).toMatchObject({
      cluster: { status: "disabled", peers: [] },
      versionInfo: { version: expect.stringMatching(/^\d+\.\d+\.\d+$/), branch: "tocsin" },
    });
    expect(Date.parse(body.uptime)).toBeLessThanOrEqual(Date.now());
    expect(body.config.original).toBe(`# Tocsin sends an alert to the team of its integration.
global:
  resolve_timeout: 5m
route:
  receiver: "Basics"
  group_by: ["alertname","tocsin_integration"]
receivers:
  - name: "Basics"
`);
  });
});

describe("GET /api/v2/receivers", () => {
  it("lists the teams that the caller can see, and `tocsin`", async () => {
    const headers = { authorization: `Bearer ${env.ROOT_API_KEY}` };
    const { body } = await call<{ name: string }[]>("GET", "/api/v2/receivers", { headers });
    expect(body[0]).toEqual({ name: "tocsin", labels: {} });
    expect(body).toContainEqual({ name: "Basics", labels: { tocsin_team: team.id } });
    expect((await am<object[]>(team, "GET", `/receivers?receiver_matchers=tocsin_team%3D`)).body).toEqual([]);
  });
});
