/** Deliveries to isolates that do not know the integration, or know an older config of it. */
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Integration } from "../../src/ingest/integration-object.ts";
import { forgetIntegration } from "../../src/ingest/load-integration.ts";
import { MINUTE } from "../../src/lib/time.ts";
import { recordObjectCalls } from "../support/object-calls.ts";
import {
  alertsOf,
  api,
  call,
  createIntegration,
  deliver,
  deliveriesOf,
  deliverWithToken,
  ingestPath,
  objectOf,
  type TestIntegration,
} from "../support/worker.ts";

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Stops the clock in the middle of a minute, because limits begin anew with each. */
const stopClock = () =>
  vi.useFakeTimers({ toFake: ["Date"], now: Math.ceil(Date.now() / MINUTE) * MINUTE + MINUTE / 2 });

/** So much later that no isolate rejects with the config that it knows. */
const later = () => vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 1500 });

const TITLE = { title: "Disk full" };
const wrong = (integration: TestIntegration): TestIntegration => ({ ...integration, secret: "a wrong guess" });

describe("one delivery makes one call of the integration's object", () => {
  it.each<[string, boolean, (to: TestIntegration) => Promise<{ status: number }>, number, string]>([
    ["accepted, in an isolate that knows nothing", false, (to) => deliver(to, TITLE), 202, "receive"],
    ["accepted, in an isolate that knows the integration", true, (to) => deliver(to, TITLE), 202, "accept"],
    ["wrongly signed, in an isolate that knows nothing", false, (to) => deliver(wrong(to), TITLE), 401, "receive"],
    ["wrongly signed, in an isolate with a fresh config", true, (to) => deliver(wrong(to), TITLE), 401, "reject"],
    ["unreadable, in an isolate that knows nothing", false, (to) => deliver(to, "{"), 400, "receive"],
    [
      "wrongly signed, in an isolate whose config is older than a second",
      true,
      (to) => (later(), deliver(wrong(to), TITLE)),
      401,
      "receive",
    ],
    [
      "accepted, in an isolate whose config is a day old",
      true,
      (to) => (vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 86_400_000 }), deliver(to, TITLE)),
      202,
      "accept",
    ],
  ])("%s", async (_, isKnown, send, status, name) => {
    const integration = await createIntegration();
    if (isKnown) await deliver(integration, { title: "Known" });
    else forgetIntegration(integration.id);
    const calls = recordObjectCalls();
    expect((await send(integration)).status).toBe(status);
    expect(calls).toEqual([name]);
  });

  it("to a compatibility API, with the answer of that API", async () => {
    const integration = await createIntegration({ provider: "opsgenie" });
    const calls = recordObjectCalls();
    const headers = { authorization: `GenieKey ${integration.secret}` };
    const reply = await call("POST", `${ingestPath(integration)}/v2/alerts`, { headers, body: '{"message":"x"}' });
    expect([reply.status, reply.body.result]).toEqual([202, "Request will be processed"]);
    expect(calls).toEqual(["receive"]);
  });

  it("and the isolate decides the next delivery", async () => {
    const integration = await createIntegration();
    await deliver(integration, TITLE);
    const calls = recordObjectCalls();
    expect((await deliver(integration, { title: "Another" })).status).toBe(202);
    expect(calls).toEqual(["accept"]);
  });

  it("to a sharded integration, and the object returns the config only", async () => {
    const integration = await createIntegration({ shards: 4 });
    const calls = recordObjectCalls();
    expect((await deliver(integration, TITLE)).status).toBe(202);
    expect(calls).toEqual(["receive", "accept"]);
  });
});

describe("a delivery that the object decides", () => {
  it("is stored as the edge would store it", async () => {
    const integration = await createIntegration();
    const cold = await deliver(integration, { id: "k", title: "First" }, { "x-vendor": "a" });
    const warm = await deliver(integration, { id: "l", title: "Second" }, { "x-vendor": "a" });
    const rows = await deliveriesOf(integration);
    const [first, second] = [cold, warm].map(({ body }) => rows.find(({ id }) => id === body.deliveryId)!);
    const ofEach = (row: object) => Object.keys(row).toSorted();
    expect(ofEach(first!)).toEqual(ofEach(second!));
    expect(first).toMatchObject({ status: "ACCEPTED", statusCode: 202, contentType: "application/json" });
  });

  it("is a duplicate of a delivery that the edge submitted, and the reverse", async () => {
    const integration = await createIntegration();
    await deliver(integration, { title: "a" });
    expect((await deliver(integration, { title: "a" })).status).toBe(200);
    await deliver(integration, { title: "b" });
    forgetIntegration(integration.id);
    expect((await deliver(integration, { title: "b" })).status).toBe(200);
    expect(await alertsOf(integration)).toHaveLength(2);
  });

  it("is answered 413 with a body over 1 MiB, and recorded", async () => {
    const integration = await createIntegration();
    const { status } = await deliver(integration, "x".repeat(1024 * 1024 + 1));
    expect(status).toBe(413);
    expect(await deliveriesOf(integration)).toMatchObject([{ statusCode: 413 }]);
  });

  it("is answered 500 for an internal error, and the log has no data of it", async () => {
    const lines = vi.spyOn(console, "error").mockImplementation(() => {});
    vi.spyOn(Integration.prototype, "accept").mockImplementation(() => {
      throw new TypeError("canary");
    });
    const integration = await createIntegration();
    const { status, body } = await deliver(integration, { title: "canary" });
    expect([status, (body as unknown as { type: string }).type]).toEqual([500, "urn:tocsin:problem:internal"]);
    expect(lines.mock.calls.flat().map((line) => (JSON.parse(line as string) as { message: string }).message)).toEqual([
      "request failed",
    ]);
    expect(JSON.stringify(lines.mock.calls)).not.toContain("canary");
  });
});

/** Changes an integration through the API. This isolate learns nothing of it. */
const change = (to: TestIntegration, changes: object) => api("PATCH", `/v1/integrations/${to.id}`, changes);
const rotate = async (to: TestIntegration): Promise<TestIntegration> => {
  const { body } = await api<{ secret: string }>("POST", `/v1/integrations/${to.id}/rotate-secret`, {
    overlapMinutes: 0,
  });
  return { ...to, secret: body.secret };
};

const MAPPED = { provider: "custom", verification: { scheme: "token" } };
const titleFrom = (field: string) => ({ mapping: { title: field, alertKey: "id" } });

describe("an isolate with an old config", () => {
  const cases: [
    name: string,
    settings: Record<string, unknown>,
    before: (to: TestIntegration) => Promise<{ status: number }>,
    change: (to: TestIntegration) => Promise<unknown>,
    after: (to: TestIntegration, changed: TestIntegration) => Promise<{ status: number }>,
    statuses: [before: number, after: number],
  ][] = [
    [
      "rejects a delivery to a disabled integration",
      {},
      (to) => deliver(to, TITLE),
      (to) => change(to, { isEnabled: false }),
      (to) => deliver(to, { title: "b" }),
      [202, 410],
    ],
    [
      "accepts a delivery to an enabled integration",
      {},
      async (to) => (await change(to, { isEnabled: false }), deliver(to, TITLE)),
      (to) => change(to, { isEnabled: true }),
      (to) => deliver(to, TITLE),
      [410, 202],
    ],
    [
      "does not know a deleted integration, for a verified delivery",
      {},
      (to) => deliver(to, TITLE),
      (to) => api("DELETE", `/v1/integrations/${to.id}`),
      (to) => deliver(to, { title: "b" }),
      [202, 404],
    ],
    [
      "does not know a deleted integration, for an unverified delivery",
      {},
      (to) => deliver(to, TITLE),
      (to) => api("DELETE", `/v1/integrations/${to.id}`),
      (to) => deliver(wrong(to), TITLE),
      [202, 404],
    ],
    [
      "rejects a revoked secret",
      {},
      (to) => deliver(to, TITLE),
      rotate,
      (to) => deliver(to, { title: "b" }),
      [202, 401],
    ],
    [
      "accepts a new secret",
      {},
      (to) => deliver(to, TITLE),
      rotate,
      (_, changed) => deliver(changed, { title: "b" }),
      [202, 202],
    ],
    [
      "rejects a delivery that the new mapping cannot read",
      { ...MAPPED, ...titleFrom("title") },
      (to) => deliverWithToken(to, { id: 1, title: "a" }),
      (to) => change(to, titleFrom("headline")),
      (to) => deliverWithToken(to, { id: 2, title: "b" }),
      [202, 400],
    ],
    [
      "accepts what only the new mapping can read",
      { ...MAPPED, ...titleFrom("title") },
      (to) => deliverWithToken(to, { id: 1, headline: "a" }),
      (to) => change(to, titleFrom("headline")),
      (to) => deliverWithToken(to, { id: 2, headline: "b" }),
      [400, 202],
    ],
    [
      "submits to the shards of an integration that is sharded now",
      {},
      (to) => deliver(to, TITLE),
      (to) => change(to, { shards: 4 }),
      (to) => deliver(to, { title: "b" }),
      [202, 202],
    ],
    [
      "rejects an unverified delivery to an integration that is sharded now",
      {},
      (to) => deliver(to, TITLE),
      (to) => change(to, { shards: 4 }),
      (to) => deliver(wrong(to), { title: "b" }),
      [202, 401],
    ],
    [
      "submits to fewer shards",
      { shards: 4 },
      (to) => deliver(to, TITLE),
      (to) => change(to, { shards: 1 }),
      (to) => deliver(to, { title: "b" }),
      [202, 202],
    ],
    [
      "accepts a new secret of a sharded integration",
      { shards: 4 },
      (to) => deliver(to, TITLE),
      rotate,
      (_, changed) => deliver(changed, { title: "b" }),
      [202, 202],
    ],
    [
      "rejects a revoked secret of a sharded integration",
      { shards: 4 },
      (to) => deliver(to, TITLE),
      rotate,
      (to) => deliver(to, { title: "b" }),
      [202, 401],
    ],
  ];

  it.each(cases)("%s", async (_, settings, before, changeIt, after, statuses) => {
    const integration = await createIntegration(settings);
    const first = await before(integration);
    const changed = ((await changeIt(integration)) ?? integration) as TestIntegration;
    later();
    expect([first.status, (await after(integration, changed)).status]).toEqual(statuses);
  });

  it("records a rejected delivery with one row, after one call of the object", async () => {
    const integration = await createIntegration();
    await deliver(integration, TITLE);
    await rotate(integration);
    later();
    await deliver(integration, { title: "b" });
    vi.useRealTimers();
    expect((await deliveriesOf(integration)).map(({ statusCode }) => statusCode).toSorted()).toEqual([202, 401]);
  });

  it("ends the overlap of a rotation on time, also with an old config", async () => {
    const integration = await createIntegration();
    await api("POST", `/v1/integrations/${integration.id}/rotate-secret`, { overlapMinutes: 5 });
    expect((await deliver(integration, TITLE)).status).toBe(202);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 5 * 60_000 });
    expect((await deliver(integration, { title: "b" })).status).toBe(401);
  });

  it("asks the object once a second during a flood of unverified deliveries", async () => {
    const integration = await createIntegration();
    stopClock();
    for (let round = 0; round < 62; round++) {
      await deliver(wrong(integration), {}, { "cf-connecting-ip": `198.18.20.${round}` });
    }
    const calls = recordObjectCalls();
    later();
    for (let round = 0; round < 50; round++) {
      const { status } = await deliver(wrong(integration), {}, { "cf-connecting-ip": `198.18.21.${round}` });
      expect(status).toBe(401);
    }
    expect(calls).toEqual(["receive"]);
  });
});

it("a delivery whose object does not answer gets 503 or 429, whichever makes the sender retry, with Retry-After", async () => {
  const token = { verification: { scheme: "token" } };
  const [known, onlyOn429, unknown] = [
    await createIntegration(token),
    await createIntegration({ ...token, provider: "pagerduty" }),
    await createIntegration(token),
  ];
  await deliverWithToken(known, TITLE);
  await deliverWithToken(onlyOn429, PAGERDUTY(onlyOn429));
  const hang = () => new Promise<never>(() => {});
  vi.spyOn(Integration.prototype, "accept").mockImplementation(hang);
  vi.spyOn(Integration.prototype, "receive").mockImplementation(hang);
  const replies = await Promise.all([
    deliverWithToken(known, { title: "b" }),
    deliverWithToken(onlyOn429, PAGERDUTY(onlyOn429)),
    deliverWithToken(unknown, TITLE),
  ]);
  expect(replies.map(({ status, headers }) => [status, headers.get("retry-after")])).toEqual([
    [503, "5"],
    [429, "5"],
    [503, "5"],
  ]);
});

const PAGERDUTY = ({ secret }: TestIntegration) => ({
  routing_key: secret,
  event_action: "trigger",
  payload: { summary: "x", source: "y", severity: "info" },
});

it("a raw delivery to an id that is no integration creates no table in the object", async () => {
  const id = crypto.randomUUID();
  expect((await call("POST", ingestPath({ id }), { body: "{}" })).status).toBe(404);
  expect(await objectOf({ id }).config()).toBeNull();
  expect(env.INTEGRATIONS.getByName(id)).toBeDefined();
});
