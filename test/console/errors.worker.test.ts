import { beforeAll, describe, expect, it } from "vitest";
import { createSignedInUser, createTeam, ORIGIN, setRole } from "../api/users/fixtures.ts";
import { call, withDatabase } from "../support/worker.ts";

const HTML = "text/html,application/xhtml+xml,*/*;q=0.8";
const ID = "00000000-0000-7000-8000-000000000000";

let cookie: string;
beforeAll(async () => {
  ({ cookie } = await createSignedInUser({ isPlatformAdmin: true }));
});

const open = (path: string, headers: Record<string, string> = { cookie }) =>
  call<string>("GET", path, { headers: { accept: HTML, ...headers }, redirect: "manual" });

const post = (path: string, headers: Record<string, string>, form: Record<string, string> = {}) =>
  call<string>("POST", path, {
    headers: { accept: HTML, origin: ORIGIN, ...headers },
    body: new URLSearchParams(form),
    redirect: "manual",
  });

describe("an error of a page", () => {
  it.each([
    ["an unknown address", "/nowhere/at?all=1", 404, "Page not found"],
    ["an unknown address of a section", "/alerts/one/two/three", 404, "All alerts"],
    ["an unknown alert", `/alerts/${ID}`, 404, "All alerts"],
    ["an id that is none", "/silences/one", 400, "All silences"],
    ["an address of a form", `/alerts/${ID}/status`, 405, "Page not found"],
    ["a cursor of nothing", "/silences?cursor=nonsense", 400, 'href="/silences"'],
    ["a cursor of nothing in settings", "/settings/audit?cursor=nonsense", 400, 'href="/settings/audit"'],
    ["a query that cannot be read", "/alerts?query=severity%3Apurple", 400, "purple"],
    ["a cursor of nothing in a list with a query", "/alerts?cursor=nonsense", 400, "cursor"],
    ["a cursor of nothing in deliveries", "/deliveries?cursor=nonsense", 400, "cursor"],
  ])("is a page in the layout of the console: %s", async (_name, path, status, text) => {
    const { status: actual, headers, body } = await open(path);
    expect([actual, headers.get("content-type")]).toEqual([status, "text/html; charset=UTF-8"]);
    expect(headers.get("content-security-policy")).toContain("script-src 'self'");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(body).toContain("<h1");
    expect(body).toContain(text);
  });

  it("has the navigation for those who are signed in, and the request id", async () => {
    const { headers, body } = await open("/nowhere");
    expect(body).toContain('aria-label="Sections"');
    expect(body).toContain(`<code>${headers.get("x-request-id")}</code>`);
    const visitor = await open("/nowhere", {});
    expect([visitor.status, visitor.body.includes('aria-label="Sections"')]).toEqual([404, false]);
  });

  it("is problem details for programs", async () => {
    for (const [path, headers] of [
      ["/nowhere", {}],
      ["/v1/nowhere", { accept: HTML }],
      ["/v1/alerts", { accept: HTML }],
      ["/api/v2/nowhere", { accept: HTML }],
    ] as const) {
      const reply = await call("GET", path, { headers });
      expect([path, reply.headers.get("content-type")?.includes("html")]).toEqual([path, false]);
    }
  });

  it("says what a role does not allow", async () => {
    const team = await createTeam();
    const observer = await createSignedInUser();
    await setRole(team, observer.id, "OBSERVER");
    const { status, body } = await open("/settings/users", { cookie: observer.cookie });
    expect(status).toBe(403);
    expect(body).toContain("Your role does not allow this.");
    expect(body).toContain("Ask an admin");
  });

  it("escapes what the address contains", async () => {
    const { body } = await open("/%3Cimg%20src=x%3E");
    expect(body).not.toContain("<img");
  });

  it("leads back to the form whose request failed", async () => {
    const referer = `${ORIGIN}/alerts?view=all`;
    const { status, body } = await post(`/alerts/${ID}/status`, { cookie, referer }, { status: "RESOLVED" });
    expect(status).toBe(404);
    expect(body).toContain('href="/alerts?view=all"');
    expect(body).toContain("Nothing was changed.");
    const foreign = await post(`/alerts/${ID}/status`, { cookie, referer: "https://evil.example/x" });
    expect(foreign.body).not.toContain("evil.example");
  });

  it.each(["/", "/alerts", "/silences", "/deliveries", "/settings/teams", `/alerts/${ID}`])(
    "says that Postgres is away and what to do: %s",
    async (path) => {
      const { status, headers, body } = await withDatabase("down", () => open(path));
      expect([status, headers.get("content-type"), headers.get("retry-after")]).toEqual([
        503,
        "text/html; charset=UTF-8",
        "5",
      ]);
      expect(body).toContain("Temporarily unavailable");
      expect(body).toContain(`<a class="button quiet" href="${path}">Try again</a>`);
      expect(body).toMatch(/Request ID <code>[\da-f-]{36}</);
    },
  );

  it("names the way back to the page after signing in, and why", async () => {
    const visitor = await open("/alerts?query=disk", {});
    expect([visitor.status, visitor.headers.get("location")]).toEqual([
      303,
      "/sign-in?returnTo=%2Falerts%3Fquery%3Ddisk",
    ]);
    const name = cookie.split("=")[0];
    const ended = await open("/alerts", { cookie: `${name}=gone` });
    expect(ended.headers.get("location")).toBe("/sign-in?returnTo=%2Falerts&flash=session-over");
    const form = await post(
      `/alerts/${ID}/note`,
      { cookie: `${name}=gone`, referer: `${ORIGIN}/alerts/${ID}` },
      { note: "x" },
    );
    expect(form.headers.get("location")).toBe(`/sign-in?returnTo=%2Falerts%2F${ID}&flash=not-done-signed-out`);
    expect((await open(form.headers.get("location") ?? "", {})).body).toContain("Not saved: your session has ended.");
  });
});
