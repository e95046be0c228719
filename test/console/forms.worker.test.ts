/** Forms of the console keep what was entered, and say what is wrong beside the field. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";

import { Endpoint, NOTHING } from "../api/subscriptions/endpoint.ts";
import { createSignedInUser, createTeam, newEmail, ORIGIN, withinOneMinute } from "../api/users/fixtures.ts";
import { api, call, createIntegration } from "../support/worker.ts";

/** The limit of ACCOUNT_LIMITER. */
const ACCOUNT_LIMIT = 10;

let cookie: string;
let email: string;
beforeAll(async () => {
  ({ cookie, email } = await createSignedInUser({ isPlatformAdmin: true }));
});

const post = (path: string, form: Record<string, string> | [string, string][], headers: Record<string, string> = {}) =>
  call<string>("POST", path, {
    headers: { origin: ORIGIN, ...headers },
    body: new URLSearchParams(form),
    redirect: "manual",
  });

const send = (path: string, form: Record<string, string> | [string, string][]) => post(path, form, { cookie });

/** The errors that a page shows beside fields, by the name of the field. */
function errorsOf(page: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [, label = ""] of page.matchAll(/<div class="field wrong">(.*?)<\/div>/gs)) {
    const name = / name="([^"]+)"/.exec(label)?.[1] ?? "";
    const id = / aria-describedby="(\S+?)[ "][^>]* aria-invalid="true"/.exec(label)?.[1] ?? "none";
    const after = label.slice(label.indexOf("</label>"));
    found[name] = new RegExp(`<span class="invalid" role="alert" id="${id}">(.*?)</span>`, "s").exec(after)?.[1] ?? "";
  }
  return found;
}

describe("signing in", () => {
  it("keeps the address after a wrong password, never the password, and the page to return to", async () => {
    const { status, body } = await post("/sign-in?returnTo=%2Falerts%3Fview%3Dall", {
      email,
      password: "not the password",
    });
    expect(status).toBe(401);
    expect(errorsOf(body)).toEqual({ password: expect.stringContaining("Wrong password") });
    expect(body).toContain(`value="${email}"`);
    expect(body).not.toContain("not the password");
    expect(body).toContain('action="/sign-in?returnTo=%2Falerts%3Fview%3Dall"');
    const done = await post("/sign-in?returnTo=%2Falerts%3Fview%3Dall", {
      email,
      password: "correct horse battery staple",
    });
    expect([done.status, done.headers.get("location")]).toEqual([303, "/alerts?view=all"]);
  });

  it("says how long to wait after too many attempts", async () => {
    const reply = await withinOneMinute(async () => {
      const address = newEmail();
      for (let attempt = 0; attempt < ACCOUNT_LIMIT; attempt++)
        await post("/sign-in", { email: address, password: "wrong" });
      return post("/sign-in", { email: address, password: "wrong" });
    });
    expect(reply.status).toBe(429);
    expect(reply.body).toContain("Wait 60 seconds, then try again.");
  });

  it("of the first admin says that the root key is wrong, and keeps name and address", async () => {
    const form = { name: "Ada <Admin>", email: newEmail(), password: "correct horse battery staple" };
    const { status, body } = await post("/welcome", { ...form, rootKey: "not the root key" });
    expect(status).toBe(401);
    expect(errorsOf(body)).toEqual({ rootKey: expect.stringContaining("not the root key") });
    expect(body).toContain('value="Ada &lt;Admin&gt;"');
    expect(body).toContain(`value="${form.email}"`);
    expect(body).not.toContain("correct horse");
    const taken = await post("/welcome", { ...form, email, rootKey: env.ROOT_API_KEY });
    expect(errorsOf(taken.body)).toEqual({ email: expect.stringContaining("exists already") });
    const short = await post("/welcome", { ...form, password: "short", rootKey: env.ROOT_API_KEY });
    expect(Object.keys(errorsOf(short.body))).toEqual(["password"]);
    expect((await post("/welcome", { ...form, rootKey: env.ROOT_API_KEY })).status).toBe(303);
  });

  it("of another admin says that there is one, and names the root key as the way without them", async () => {
    const { body } = await call<string>("GET", "/welcome", { headers: { accept: "text/html" } });
    expect(body).toContain("This deployment has an admin.");
    expect(body).toContain("<h1>Create another admin</h1>");
    expect(body).not.toContain("first admin");
    const signIn = await call<string>("GET", "/sign-in", { headers: { accept: "text/html" } });
    expect(signIn.body).toContain("No admin yet, or none who can sign in?");
    expect(signIn.body).not.toContain("first admin");
  });

  it("with a password link keeps the token", async () => {
    const { body } = await post("/set-password", { token: "gone", newPassword: "correct horse battery staple" });
    expect(errorsOf(body)).toEqual({ token: "invalid or expired" });
    expect(body).toContain('value="gone"');
  });
});

describe("the form", () => {
  it("names a field by its label, and describes it by error and hint", async () => {
    const { body } = await send("/integrations/new", { provider: "generic", name: "", ignore: "timestamp" });
    const [, field = ""] =
      /(<div class="field wrong"><label><span class="name">Ignored fields.*?<\/div>)/s.exec(body) ?? [];
    const [, label] = /<label>(.*?)<\/label>/s.exec(field) ?? [];
    expect(label?.replaceAll(/<[^>]*>/g, "")).toBe("Ignored fields");
    expect(label).toContain('aria-describedby="error-ignore hint-ignore" aria-invalid="true"');
    expect(field).toMatch(/ id="error-ignore">.*JSON Pointer.* id="hint-ignore">JSON Pointers that/s);
    const ids = [...body.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(ids.length).toBe(new Set(ids).size);
  });

  it("of the own password names the wrong field", async () => {
    const wrong = await send("/settings/sessions/password", {
      currentPassword: "wrong",
      newPassword: "another long password",
    });
    expect(errorsOf(wrong.body)).toEqual({ currentPassword: expect.stringContaining("Wrong present password") });
    const short = await send("/settings/sessions/password", { currentPassword: "wrong", newPassword: "short" });
    expect(Object.keys(errorsOf(short.body))).toEqual(["newPassword"]);
  });

  it("of a new user keeps its values", async () => {
    const { status, body } = await send("/settings/users", { email, name: "Second", isPlatformAdmin: "yes" });
    expect(status).toBe(400);
    expect(errorsOf(body)).toEqual({ email: expect.stringContaining("exists already") });
    expect(body).toContain('value="Second"');
    expect(body).toMatch(/name="isPlatformAdmin" value="yes" checked/);
  });

  it("of a new member keeps its values", async () => {
    const team = await createTeam();
    const member = { email: newEmail(), name: "Mem", role: "ADMIN" };
    await send(`/settings/teams/${team}/members`, member);
    const { status, body } = await send(`/settings/teams/${team}/members`, member);
    expect(status).toBe(400);
    expect(errorsOf(body)).toEqual({ email: expect.stringContaining("member already") });
    expect(body).toMatch(/<option value="ADMIN" selected/);
  });

  it("of a team keeps its name, and shows why a team cannot be deleted", async () => {
    const { body } = await send("/settings/teams", { name: "x".repeat(201) });
    expect(errorsOf(body)).toHaveProperty("name");
    expect(body).toContain("x".repeat(201));
    const team = await createTeam();
    await createIntegration({ teamId: team });
    const kept = await send(`/settings/teams/${team}/delete`, {});
    expect(kept.status).toBe(400);
    expect(kept.body).toContain('class="error"');
    expect(kept.body).toContain("Add member");
  });

  it("of an API key keeps its values, and makes no key without an expiry of an expiry that is none", async () => {
    const { status, body } = await send("/settings/api-keys", [
      ["name", "CI"],
      ["scope", "alerts:read"],
      ["scope", "deliveries:read"],
      ["days", "-3"],
    ]);
    expect(status).toBe(400);
    expect(Object.keys(errorsOf(body))).toEqual(["days"]);
    expect(body).toMatch(/value="deliveries:read" checked/);
    expect(body).toContain('value="-3"');
    expect((await send("/settings/api-keys", { name: "CI", days: "" })).body).toContain('<span class="invalid"');
  });

  it("of an action of a subscription shows in place why it failed, with what was entered", async () => {
    const { id } = await new Endpoint().subscribe(NOTHING);
    const path = `/subscriptions/${id}`;
    const rotated = await send(`${path}/rotate`, { overlapMinutes: "99999999" });
    expect(rotated.status).toBe(400);
    expect(Object.keys(errorsOf(rotated.body))).toEqual(["overlapMinutes"]);
    expect(rotated.body).toContain('value="99999999"');
    expect(rotated.body).toMatch(/<details class="confirm" open[^>]*>\s*<summary>Rotate secret/);
    expect(rotated.body).toMatch(/role="alert" tabindex="-1" autofocus/);

    // Somebody else saved first.
    const stale = await send(path, { etag: '"0"', name: "Pager of nights", url: "https://pager.example.com/" });
    expect(stale.status).toBe(412);
    expect(stale.body).toContain('value="Pager of nights"');
    expect(stale.body).toMatch(/role="alert" tabindex="-1" autofocus.*?<\/div><button>Save/s);
  });

  it("of an integration shows errors of settings and of the verification", async () => {
    const { status, body } = await send("/integrations/new", {
      provider: "generic",
      name: "",
      "verification.scheme": "hmac",
      "verification.hmac.header": "not a header",
      heartbeatMatchers: "watchdog",
      ignore: "timestamp",
    });
    expect(status).toBe(400);
    expect(Object.keys(errorsOf(body)).toSorted()).toEqual([
      "heartbeatMatchers",
      "ignore",
      "name",
      "verification.hmac.header",
    ]);
    const cron = await send("/integrations/new", { provider: "generic", name: "Cron", heartbeatCron: "every day" });
    expect(Object.keys(errorsOf(cron.body))).toEqual(["heartbeatCron"]);
    expect(body).toContain('value="not a header"');
    expect(body).toContain("watchdog</textarea>");
  });

  it("of a rotation has the overlap's limit and default of the API", async () => {
    const { body: integration } = await api<{ id: string }>("POST", "/v1/integrations", {
      name: "R",
      provider: "generic",
    });
    const subscription = await new Endpoint().subscribe(NOTHING);
    for (const path of [`/integrations/${integration.id}`, `/subscriptions/${subscription.id}`]) {
      const { body } = await call<string>("GET", path, { headers: { cookie } });
      const [overlap = ""] = /<input type="number" name="overlapMinutes"[^>]*>/.exec(body) ?? [];
      expect(overlap).toContain('value="1440" min="0" max="43200"');
      expect(overlap).toContain('aria-describedby="hint-overlapMinutes"');
      expect((await send(`${path}/rotate`, { overlapMinutes: "43200" })).status).toBe(200);
    }
  });

  it("of a rotation keeps the overlap if the secret is refused", async () => {
    const { body: created } = await api<{ id: string }>("POST", "/v1/integrations", { name: "P", provider: "generic" });
    const refused = await send(`/integrations/${created.id}/rotate`, { overlapMinutes: "0", secret: "short" });
    expect(refused.status).toBe(400);
    expect(Object.keys(errorsOf(refused.body))).toEqual(["secret"]);
    expect(refused.body).toMatch(/name="overlapMinutes" value="0"/);
  });

  it("of an email integration has rules", async () => {
    const rule = {
      emailRules: "0",
      "emailRules.0.key": "cooling",
      "emailRules.0.trigger": "temperature too high\r\nfan failed",
      "emailRules.0.resolve": "temperature normal",
    };
    const invalid = await send("/integrations/new", {
      provider: "email",
      name: "Site",
      emailRules: "0",
      "emailRules.0.key": "k",
    });
    expect(Object.keys(errorsOf(invalid.body))).toEqual(["emailRules.0.key"]);
    expect((await send("/integrations/new", { provider: "email", name: "Site rules", ...rule })).status).toBe(200);
    const { body } = await api<{ data: { id: string; name: string; version: number; emailRules: object[] }[] }>(
      "GET",
      "/v1/integrations?limit=200",
    );
    const created = body.data.find(({ name }) => name === "Site rules");
    expect(created?.emailRules).toEqual([
      { key: "cooling", trigger: ["temperature too high", "fan failed"], resolve: ["temperature normal"] },
    ]);
    const page = await call<string>("GET", `/integrations/${created?.id}`, { headers: { cookie } });
    expect(page.body).toContain("temperature too high\nfan failed</textarea>");
    // A form with empty rules removes them; one without rules leaves them alone.
    const path = `/integrations/${created?.id}`;
    const settings = { name: "Site rules", isEnabled: "yes", "verification.scheme": "email" };
    expect((await send(path, settings)).status).toBe(303);
    const rules = async () => (await api<{ emailRules: object[] }>("GET", `/v1${path}`)).body.emailRules;
    expect(await rules()).toHaveLength(1);
    expect((await send(path, { ...settings, emailRules: "0" })).status).toBe(303);
    expect(await rules()).toEqual([]);
  });
});
