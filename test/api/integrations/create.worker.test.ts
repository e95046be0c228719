import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import {
  api,
  apiWith,
  createIntegration,
  deliver,
  ingestPath,
  type TestIntegration,
  withRecordedLocations,
} from "../../support/worker.ts";

describe("POST /v1/integrations", () => {
  it("shows the secret once, and never its ciphertext", async () => {
    const created = await api<TestIntegration & Record<string, unknown>>("POST", "/v1/integrations", {
      name: "Prod",
      provider: "alertmanager",
    });
    expect(created.status).toBe(201);
    expect(created.headers.get("location")).toBe(`/v1/integrations/${created.body.id}`);
    expect(created.body).toMatchObject({
      name: "Prod",
      provider: "alertmanager",
      deduplicationWindowMinutes: 15,
      verification: { scheme: "token" },
      ingestUrl: `https://tocsin.test${ingestPath(created.body)}`,
      secret: expect.stringMatching(/^[\w-]{43}$/),
    });
    const got = await api("GET", `/v1/integrations/${created.body.id}`);
    const listed = await api<{ data: { id: string }[] }>("GET", "/v1/integrations?limit=1");
    expect(got.body).toMatchObject({ id: created.body.id, outbox: { rows: 0, quarantined: 0 } });
    expect(listed.body.data[0]?.id).toBe(created.body.id);
    for (const reply of [got, listed]) {
      expect(JSON.stringify(reply.body)).not.toMatch(/"secret|cipher/i);
      expect(JSON.stringify(reply.body)).not.toContain(created.body.secret);
    }
  });

  it("returns the setup steps with all values, and later without the secret", async () => {
    type WithSetup = TestIntegration & { setup: string };
    const settings = { name: "Prod", provider: "alertmanager" };
    const { body } = await api<WithSetup>("POST", "/v1/integrations", settings);
    expect(body.setup).toContain(`url: https://tocsin.test${ingestPath(body)}\n`);
    expect(body.setup).toContain(`path_prefix: ${ingestPath(body)}\n`);
    expect(body.setup).toContain(`credentials: ${body.secret}\n`);
    expect(body.setup).not.toMatch(/<[A-Z_]+>/);
    const got = await api<WithSetup>("GET", `/v1/integrations/${body.id}`);
    expect(got.body.setup).toContain("credentials: <SECRET>\n");
    const rotated = await api<WithSetup>("POST", `/v1/integrations/${body.id}/rotate-secret`, {});
    expect(rotated.body.setup).toContain(`credentials: ${rotated.body.secret}\n`);
  });

  it("says which verification the setup steps are for, if it is another one", async () => {
    const settings = { name: "Prod", provider: "nagios", verification: { scheme: "standard-webhooks" } };
    const { body } = await api<{ setup: string }>("POST", "/v1/integrations", settings);
    expect(body.setup).toMatch(/^\*\*Verification of this integration: Standard Webhooks signature\.\*\*/);
  });

  it("accepts a secret that the source has chosen", async () => {
    const secret = "made by the source itself";
    const integration = await createIntegration({ secret });
    expect((await deliver({ ...integration, secret }, { title: "x" })).status).toBe(202);
  });

  it("generates a whsec_ secret for Standard Webhooks", async () => {
    expect((await createIntegration({ verification: { scheme: "standard-webhooks" } })).secret).toMatch(
      /^whsec_[A-Za-z0-9+/]{43}=$/,
    );
  });

  it("rejects an unknown team", async () => {
    const reply = await api("POST", "/v1/integrations", {
      name: "x",
      provider: "generic",
      teamId: crypto.randomUUID(),
    });
    expect([reply.status, reply.body.errors]).toEqual([400, [{ pointer: "/teamId", detail: "no such team" }]]);
  });
});

describe("the location of an integration", () => {
  interface Located extends TestIntegration {
    location: string | null;
  }
  const create = (bindings: Env, fields: object) =>
    apiWith<Located>(bindings, "POST", "/v1/integrations", { name: "x", provider: "generic", ...fields });

  it("is the hint for each of its objects, also for shards that are added later", async () => {
    const { bindings, locations } = withRecordedLocations();
    const { body } = await create(bindings, { location: "apac-ne", shards: 2 });
    expect(body.location).toBe("apac-ne");
    await apiWith(bindings, "PATCH", `/v1/integrations/${body.id}`, { shards: 3 });
    const first = [body.id, `${body.id}/1`, `${body.id}/2`].map((name) => locations.get(name)?.[0]);
    expect(first).toEqual(["apac-ne", "apac-ne", "apac-ne"]);
  });

  it("is by default that of the deployment, and stays when the default changes", async () => {
    const { bindings, locations } = withRecordedLocations();
    const { body } = await create({ ...bindings, OBJECTS_LOCATION: "weur" }, {});
    expect(body.location).toBe("weur");
    await apiWith({ ...bindings, OBJECTS_LOCATION: "oc" }, "PATCH", `/v1/integrations/${body.id}`, { shards: 2 });
    expect(locations.get(`${body.id}/1`)?.[0]).toBe("weur");
    expect((await api("GET", `/v1/integrations/${body.id}`)).body.location).toBe("weur");
    const unset = await create({ ...bindings, OBJECTS_LOCATION: "" }, {});
    const explicit = await create({ ...bindings, OBJECTS_LOCATION: "weur" }, { location: null });
    expect([unset.body.location, explicit.body.location]).toEqual([null, null]);
    expect(locations.get(explicit.body.id)?.[0]).toBeUndefined();
  });

  it("is one of Cloudflare's hints, and cannot be changed", async () => {
    const unknown = await create(env, { location: "mars" });
    expect([unknown.status, unknown.body]).toMatchObject([400, { errors: [{ pointer: "/location" }] }]);
    const { id } = await createIntegration({ location: "weur" });
    expect((await api("PATCH", `/v1/integrations/${id}`, { location: "oc" })).status).toBe(400);
  });
});

describe("the heartbeat of a new integration", () => {
  const create = (settings: object) =>
    api<{ errors: { pointer: string; detail: string }[] }>("POST", "/v1/integrations", {
      name: "x",
      provider: "heartbeat",
      ...settings,
    });
  const schedule = { cron: "0 2 * * *", timeZone: "Europe/Berlin" };
  const heartbeatMatchers = [{ name: "alertname", value: "Watchdog" }];

  it("has a schedule, and matchers", async () => {
    const { status, body } = await create({ heartbeatSchedule: schedule, heartbeatMatchers });
    expect({ status, ...body }).toMatchObject({
      status: 201,
      heartbeatMinutes: null,
      heartbeatSchedule: { ...schedule, graceMinutes: 10 },
      heartbeatMatchers: [{ ...heartbeatMatchers[0], isRegex: false, isEqual: true }],
    });
  });

  it.each([
    [{ heartbeatSchedule: { cron: "0 25 * * *" } }, "/heartbeatSchedule/cron", /hour: 25/],
    [{ heartbeatSchedule: { cron: "0 2 * *" } }, "/heartbeatSchedule/cron", /five fields/],
    [{ heartbeatSchedule: { cron: "0 0 31 2 *" } }, "/heartbeatSchedule/cron", /no date/],
    [{ heartbeatSchedule: { ...schedule, timeZone: "Berlin" } }, "/heartbeatSchedule/timeZone", /IANA/],
    [{ heartbeatSchedule: { ...schedule, timeZone: "+02:00" } }, "/heartbeatSchedule/timeZone", /IANA/],
    [{ heartbeatSchedule: schedule, heartbeatMinutes: 5 }, "/heartbeatSchedule", /interval or a schedule/],
    [{ heartbeatMatchers }, "/heartbeatMatchers", /Set `heartbeatMinutes`/],
    [{ heartbeatMinutes: 5, heartbeatMatchers: [{ name: "a", value: "" }] }, "/heartbeatMatchers", /empty label/],
  ])("is rejected: %j", async (settings, pointer, detail) => {
    const { status, body } = await create(settings);
    expect({ status, errors: body.errors }).toMatchObject({
      status: 400,
      errors: [{ pointer, detail: expect.stringMatching(detail) }],
    });
  });

  it("changes only to settings that fit each other", async () => {
    const { id } = await createIntegration({ heartbeatMinutes: 5, heartbeatMatchers });
    const patch = async (changes: object) => (await api("PATCH", `/v1/integrations/${id}`, changes)).status;
    expect(await patch({ heartbeatSchedule: schedule })).toBe(400);
    expect(await patch({ heartbeatMinutes: null })).toBe(400);
    expect(await patch({ heartbeatMinutes: null, heartbeatSchedule: schedule })).toBe(200);
    expect(await patch({ heartbeatMatchers: [], heartbeatSchedule: null })).toBe(200);
  });
});
