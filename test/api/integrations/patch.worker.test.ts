import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { afterEach, describe, expect, it, vi } from "vitest";
import { connect } from "../../../src/db/client.ts";
import { auditEvents } from "../../../src/db/schema.ts";
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
  until,
  withDatabase,
} from "../../support/worker.ts";

afterEach(() => {
  vi.useRealTimers();
});

const update = (id: string, body: object, headers: Record<string, string> = {}) =>
  call("PATCH", `/v1/integrations/${id}`, {
    headers: { authorization: `Bearer ${env.ROOT_API_KEY}`, "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });

describe("PATCH /v1/integrations/{id}", () => {
  it("changes the given fields only, with effect on the next delivery", async () => {
    const integration = await createIntegration({ autoResolveMinutes: 5 });
    await deliver(integration, { title: "x" });
    const { status, body, headers } = await update(integration.id, { isEnabled: false, name: "Off" });
    expect([status, headers.get("etag")]).toEqual([200, '"2"']);
    expect(body).toMatchObject({ name: "Off", isEnabled: false, autoResolveMinutes: 5, version: 2 });
    expect((await deliver(integration, { title: "x" })).status).toBe(410);
    expect((await update(integration.id, { isEnabled: true, autoResolveMinutes: null })).body).toMatchObject({
      autoResolveMinutes: null,
      version: 3,
    });
    expect((await deliver(integration, { title: "y" })).status).toBe(202);
  });

  it("lets one of several updates in the same millisecond through", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const { id } = await createIntegration();
    expect((await update(id, { name: "a" }, { "if-match": '"7"' })).status).toBe(412);
    const replies = await Promise.all(["a", "b", "c"].map((name) => update(id, { name }, { "if-match": '"1"' })));
    expect(replies.map(({ status }) => status).toSorted()).toEqual([200, 412, 412]);
    const events = await connect(env).select().from(auditEvents).where(eq(auditEvents.targetId, id));
    expect(events.filter(({ action }) => action === "integration.update")).toHaveLength(1);
  });

  it("rejects settings that contradict each other and points to them", async () => {
    const { id } = await createIntegration({ secret: "with blanks, no token" });
    const pointers = async (body: object) => {
      const reply = await update(id, body);
      return [reply.status, (reply.body.errors as { pointer: string }[]).map(({ pointer }) => pointer)];
    };
    expect(await pointers({ provider: "custom" })).toEqual([400, ["/mapping"]]);
    expect(await pointers({ mapping: { title: "x" } })).toEqual([400, ["/mapping"]]);
    expect(await pointers({ provider: "custom", mapping: { title: "((" } })).toEqual([400, ["/mapping/title"]]);
    expect(await pointers({ verification: { scheme: "token" } })).toEqual([400, ["/secret"]]);
    expect(await pointers({ teamId: crypto.randomUUID() })).toEqual([400, ["/teamId"]]);
    expect((await update(id, { secret: "may not be set here" })).status).toBe(400);
  });

  it("changes how deliveries are verified and read", async () => {
    const integration = await createIntegration();
    await update(integration.id, {
      provider: "custom",
      verification: { scheme: "token" },
      mapping: { title: "name" },
    });
    expect((await deliver(integration, { name: "x" })).status).toBe(401);
    expect((await deliverWithToken(integration, { name: "x" })).status).toBe(202);
    expect((await alertsOf(integration))[0]?.title).toBe("x");
  });

  it("moves an integration to another team with its alerts, deliveries and unflushed rows", async () => {
    const team = await api<{ id: string }>("POST", "/v1/teams", { name: "Payments" });
    const integration = await createIntegration();
    await deliver(integration, { title: "before" });
    await flushed(integration);
    await withDatabase("down", async () => void (await deliver(integration, { title: "not flushed yet" })));
    expect((await update(integration.id, { teamId: team.body.id })).status).toBe(200);
    await runDurableObjectAlarm(objectOf(integration));
    await deliver(integration, { title: "after" });
    for (const row of [...(await alertsOf(integration)), ...(await deliveriesOf(integration))])
      expect(row.teamId).toBe(team.body.id);
    expect(await alertsOf(integration)).toHaveLength(3);
  });
});

describe("rateLimitPerMinute", () => {
  it("rejects deliveries over the limit with a status that the source retries, and records them", async () => {
    const integration = await createIntegration({ rateLimitPerMinute: 3 });
    const replies = await until(async () => {
      const sent = [];
      for (let i = 0; i < 4; i++) sent.push(await deliver(integration, { title: `t${crypto.randomUUID()}` }));
      // A new minute may have started in between.
      return sent.some(({ status }) => status === 503) && sent;
    });
    const rejected = replies.find(({ status }) => status === 503);
    expect(rejected?.body.detail).toContain("rateLimitPerMinute");
    expect(Number(rejected?.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await deliveriesOf(integration)).some(({ statusCode }) => statusCode === 503)).toBe(true);
    expect((await objectOf(integration).config())?.rateLimitPerMinute).toBe(3);
  });
});
