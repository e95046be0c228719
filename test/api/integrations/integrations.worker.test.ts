import { env } from "cloudflare:workers";
import { desc, eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { connect } from "../../../src/db/client.ts";
import { auditEvents } from "../../../src/db/schema.ts";
import { PROVIDERS } from "../../../src/providers/index.ts";
import {
  alertsOf,
  api,
  call,
  createIntegration,
  deliver,
  deliveriesOf,
  deliverWithToken,
  flushed,
  objectOf,
  type TestIntegration,
  until,
  withDatabase,
} from "../../support/worker.ts";

type Integration = TestIntegration & Record<string, unknown>;

const change = (id: string, body: object, headers: Record<string, string> = {}) =>
  call<Integration>("PATCH", `/v1/integrations/${id}`, {
    headers: { authorization: `Bearer ${env.ROOT_API_KEY}`, "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });

describe("PATCH /v1/integrations/{id}", () => {
  it("changes what is given and nothing else, at once and everywhere", async () => {
    const integration = await createIntegration({ autoResolveMinutes: 5 });
    await deliver(integration, { title: "x" });
    const { status, body, headers } = await change(integration.id, { isEnabled: false, name: "Off" });
    expect([status, headers.get("etag")]).toEqual([200, '"2"']);
    expect(body).toMatchObject({ name: "Off", isEnabled: false, autoResolveMinutes: 5, version: 2 });
    expect((await deliver(integration, { title: "x" })).status).toBe(410);
    expect((await change(integration.id, { isEnabled: true, autoResolveMinutes: null })).body).toMatchObject({
      autoResolveMinutes: null,
      version: 3,
    });
    expect((await deliver(integration, { title: "y" })).status).toBe(202);
  });

  it("is refused when somebody else was faster, also by a hair", async () => {
    const { id } = await createIntegration();
    expect((await change(id, { name: "a" }, { "if-match": '"7"' })).status).toBe(412);
    const replies = await Promise.all(["a", "b", "c"].map((name) => change(id, { name }, { "if-match": '"1"' })));
    expect(replies.map(({ status }) => status).toSorted()).toEqual([200, 412, 412]);
    const acts = await connect(env).select().from(auditEvents).where(eq(auditEvents.targetId, id));
    expect(acts.filter(({ action }) => action === "integration.update")).toHaveLength(1);
  });

  it("refuses settings that do not fit together, and points to them", async () => {
    const { id } = await createIntegration({ secret: "with blanks, no token" });
    const pointers = async (body: object) => {
      const reply = await change(id, body);
      return [reply.status, (reply.body.errors as { pointer: string }[]).map(({ pointer }) => pointer)];
    };
    expect(await pointers({ provider: "custom" })).toEqual([400, ["/mapping"]]);
    expect(await pointers({ mapping: { title: "x" } })).toEqual([400, ["/mapping"]]);
    expect(await pointers({ provider: "custom", mapping: { title: "((" } })).toEqual([400, ["/mapping/title"]]);
    expect(await pointers({ verification: { scheme: "token" } })).toEqual([400, ["/secret"]]);
    expect(await pointers({ teamId: crypto.randomUUID() })).toEqual([400, ["/teamId"]]);
    expect((await change(id, { secret: "may not be set here" })).status).toBe(400);
  });

  it("changes how deliveries are verified and read", async () => {
    const integration = await createIntegration();
    await change(integration.id, {
      provider: "custom",
      verification: { scheme: "token" },
      mapping: { title: "name" },
    });
    expect((await deliver(integration, { name: "x" })).status).toBe(401);
    expect((await deliverWithToken(integration, { name: "x" })).status).toBe(202);
    expect((await alertsOf(integration))[0]?.title).toBe("x");
  });

  it("moves an integration to another team with all that belongs to it, and what is on its way", async () => {
    const team = await api<{ id: string }>("POST", "/v1/teams", { name: "Payments" });
    const integration = await createIntegration();
    await deliver(integration, { title: "before" });
    await flushed(integration);
    await withDatabase("down", async () => void (await deliver(integration, { title: "on its way" })));
    expect((await change(integration.id, { teamId: team.body.id })).status).toBe(200);
    await deliver(integration, { title: "after" });
    for (const row of [...(await alertsOf(integration)), ...(await deliveriesOf(integration))])
      expect(row.teamId).toBe(team.body.id);
    expect(await alertsOf(integration)).toHaveLength(3);
  });
});

describe("DELETE /v1/integrations/{id}", () => {
  it("takes it out of service, and keeps what it brought", async () => {
    const integration = await createIntegration();
    await deliver(integration, { title: "x" });
    expect((await api("DELETE", `/v1/integrations/${integration.id}`)).status).toBe(204);
    expect((await deliver(integration, { title: "x" })).status).toBe(404);
    for (const method of ["GET", "DELETE"])
      expect((await api(method, `/v1/integrations/${integration.id}`)).status).toBe(404);
    expect(await alertsOf(integration)).toHaveLength(1);
  });
});

describe("POST /v1/integrations/{id}/rotate-secret", () => {
  const rotate = (id: string, body: object = {}) =>
    api<Integration>("POST", `/v1/integrations/${id}/rotate-secret`, body);

  it("makes a new secret good at once, and leaves the old one good for the overlap", async () => {
    const integration = await createIntegration();
    await deliver(integration, { title: "warm the cache" });
    const { status, body } = await rotate(integration.id, { overlapMinutes: 60 });
    expect([status, body.previousSecretExpiresAt]).toEqual([200, expect.stringMatching(/Z$/)]);
    const next = { ...integration, secret: body.secret };
    expect(next.secret).not.toBe(integration.secret);
    for (const one of [integration, next])
      expect((await deliver(one, { title: one.secret.slice(0, 5) })).status).toBe(202);
    const got = await api("GET", `/v1/integrations/${integration.id}`);
    expect(JSON.stringify(got.body)).not.toContain(body.secret);
  });

  it("ends the old one at once with an overlap of 0", async () => {
    const integration = await createIntegration();
    const { body } = await rotate(integration.id, { overlapMinutes: 0, secret: "made by the source itself" });
    expect(body.secret).toBe("made by the source itself");
    expect((await deliver(integration, { title: "x" })).status).toBe(401);
    expect((await deliver({ ...integration, secret: body.secret }, { title: "x" })).status).toBe(202);
  });

  it("lets one of two that are sent at once through, and its secret is good", async () => {
    const integration = await createIntegration();
    const based = () =>
      call<Integration>("POST", `/v1/integrations/${integration.id}/rotate-secret`, {
        headers: {
          authorization: `Bearer ${env.ROOT_API_KEY}`,
          "content-type": "application/json",
          "if-match": '"1"',
        },
        body: "{}",
      });
    const replies = await Promise.all([based(), based(), based()]);
    expect(replies.map(({ status }) => status).toSorted()).toEqual([200, 412, 412]);
    const secret = replies.find(({ status }) => status === 200)?.body.secret ?? "";
    for (const good of [secret, integration.secret])
      expect((await deliver({ ...integration, secret: good }, { title: good.slice(0, 5) })).status).toBe(202);
    expect((await api("GET", `/v1/integrations/${integration.id}`)).body.version).toBe(2);
  });

  it("writes no secret into the audit log", async () => {
    const integration = await createIntegration();
    const { body } = await rotate(integration.id);
    const acts = await connect(env)
      .select()
      .from(auditEvents)
      .where(eq(auditEvents.targetId, integration.id))
      .orderBy(desc(auditEvents.createdAt));
    expect(acts.map(({ action }) => action)).toEqual(["integration.rotate-secret", "integration.create"]);
    const text = JSON.stringify(acts);
    for (const secret of [integration.secret, body.secret]) expect(text).not.toContain(secret);
    expect(text).not.toMatch(/cipher/i);
  });
});

describe("POST /v1/integrations/{id}/test", () => {
  it.each([
    { scheme: "hmac" },
    { scheme: "hmac", algorithm: "sha1", encoding: "base64", prefix: "" },
    { scheme: "hmac", timestampHeader: "x-time", idHeader: "x-id", content: "v0:{id}:{timestamp}:{body}" },
    { scheme: "standard-webhooks" },
    { scheme: "token" },
    { scheme: "token", in: "basic" },
    { scheme: "token", in: "header", name: "x-key" },
    { scheme: "token", in: "query", name: "key" },
    { scheme: "token", in: "body", name: "key" },
  ])("proves itself as %j asks for", async (verification) => {
    const integration = await createIntegration({ verification });
    const { status, body } = await api("POST", `/v1/integrations/${integration.id}/test`);
    expect([status, body]).toMatchObject([200, { statusCode: 202, body: { status: "accepted" } }]);
    expect(await deliveriesOf(integration)).toMatchObject([{ id: body.deliveryId, status: "ACCEPTED" }]);
  });

  it.each([...PROVIDERS.values()].filter(({ id }) => id !== "custom").map(({ id }) => id))(
    "is taken for %s",
    async (provider) => {
      const integration = await createIntegration({ provider });
      const { status, body } = await api("POST", `/v1/integrations/${integration.id}/test`);
      if (PROVIDERS.get(provider)?.verification.scheme === "sns") expect(status).toBe(409);
      else expect([status, String(body.statusCode)]).toEqual([200, expect.stringMatching(/^2/)]);
    },
  );

  it("shows what a source would be told, also when that is a refusal", async () => {
    const integration = await createIntegration();
    await change(integration.id, { isEnabled: false });
    const { body } = await api("POST", `/v1/integrations/${integration.id}/test`);
    expect(body).toMatchObject({ statusCode: 410, body: { type: "urn:tocsin:problem:disabled" } });
  });
});

describe("the health of an integration", () => {
  it("tells what came of late, and how many did not prove who sent them", async () => {
    const integration = await createIntegration();
    const health = async () => {
      await flushed(integration);
      return (await api("GET", `/v1/integrations/${integration.id}`)).body.health;
    };
    expect(await health()).toMatchObject({
      lastDeliveryAt: null,
      missedHeartbeat: { isHeartbeatMissed: false, waitingSince: null },
    });
    await deliver(integration, { title: "x" });
    await deliver(integration, { title: "x" });
    await deliver({ id: integration.id, secret: "not the secret of it" }, { title: "x" });
    await deliver(integration, "not json");
    const count = (of: number) => ({ count: of, isAtLeast: false });
    expect(await health()).toMatchObject({
      lastDeliveryAt: expect.stringMatching(/Z$/),
      last24Hours: {
        accepted: count(1),
        duplicate: count(1),
        rejected: count(2),
        signatureFailures: count(1),
      },
    });
  });

  it("tells of its missedHeartbeat", async () => {
    const integration = await createIntegration({ heartbeatMinutes: 10 });
    const { body } = await api<{ health: { missedHeartbeat: object } }>("GET", `/v1/integrations/${integration.id}`);
    expect(body.health.missedHeartbeat).toEqual({
      isHeartbeatMissed: false,
      waitingSince: expect.any(String),
      alertId: null,
    });
  });
});

describe("an integration's own rate limit", () => {
  it("turns away what is beyond it with the limit's name, in the words of the sender, and leaves a trace", async () => {
    const integration = await createIntegration({ rateLimitPerMinute: 3 });
    const replies = await until(async () => {
      const sent = [];
      for (let i = 0; i < 4; i++) sent.push(await deliver(integration, { title: `t${crypto.randomUUID()}` }));
      // Unless a minute ended between them.
      return sent.some(({ status }) => status === 503) && sent;
    });
    const refused = replies.find(({ status }) => status === 503);
    expect(refused?.body.detail).toContain("rateLimitPerMinute");
    expect(Number(refused?.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await deliveriesOf(integration)).some(({ statusCode }) => statusCode === 503)).toBe(true);
    expect((await objectOf(integration).config())?.rateLimitPerMinute).toBe(3);
  });
});
