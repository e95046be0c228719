import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { runDaily } from "../../../src/cron.ts";
import { connect } from "../../../src/db/client.ts";
import { silences } from "../../../src/db/schema.ts";
import { newId } from "../../../src/lib/ids.ts";
import { DAY, HOUR } from "../../../src/lib/time.ts";
import { type Alert, api, createIntegration, deliver, flushed, type TestIntegration } from "../../support/worker.ts";

interface Silence {
  id: string;
  state: string;
  version: number;
  startsAt: string;
  endsAt: string;
  [field: string]: unknown;
}

interface Problem {
  detail: string;
  errors: { pointer: string; detail: string }[];
}

const later = (ms = HOUR): string => new Date(Date.now() + ms).toISOString();
const matchersOf = (service: string) => [{ name: "service", value: service }];

/** Creates a silence of a service that no other test has. */
async function create(settings: Record<string, unknown> = {}): Promise<Silence> {
  const { status, body } = await api<Silence>("POST", "/v1/silences", {
    matchers: matchersOf(crypto.randomUUID()),
    endsAt: later(),
    comment: "deploy",
    ...settings,
  });
  expect(status).toBe(201);
  return body;
}

describe("POST /v1/silences", () => {
  it("creates an active silence, with its author and location", async () => {
    const { status, body, headers } = await api<Silence>("POST", "/v1/silences", {
      matchers: [{ name: "service", value: "only-here" }],
      endsAt: later(),
      comment: " deploy ",
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      state: "active",
      teamId: null,
      comment: "deploy",
      matchers: [{ name: "service", value: "only-here", isRegex: false, isEqual: true }],
      createdBy: { type: "apiKey", id: "root", name: null },
      version: 1,
    });
    expect(headers.get("location")).toBe(`/v1/silences/${body.id}`);
    expect(headers.get("etag")).toBe('"1"');
  });

  it("makes a start in the past the present", async () => {
    const before = Date.now();
    const { startsAt } = await create({ startsAt: "2020-01-01T00:00:00Z" });
    expect(Date.parse(startsAt)).toBeGreaterThanOrEqual(before);
  });

  it.each([
    [{ endsAt: "2020-01-01T00:00:00Z" }, "/endsAt", "not in the future"],
    [{ startsAt: later(2 * HOUR) }, "/endsAt", "not after `startsAt`"],
    [{ matchers: [] }, "/matchers", ""],
    [{ matchers: [{ name: "", value: "x" }] }, "/matchers/0/name", ""],
    [{ matchers: [{ name: "a", value: "" }] }, "/matchers", "at least one matcher must not match an empty label"],
    [{ matchers: [{ name: "a", value: ".*", isRegex: true }] }, "/matchers", "at least one matcher"],
    [{ matchers: [{ name: "a", value: String.raw`\bx`, isRegex: true }] }, "/matchers/0/value", "unsupported escape"],
    [{ matchers: [{ name: "a", value: "x", extra: 1 }] }, "/matchers/0/extra", ""],
    [{ comment: " " }, "/comment", ""],
    [{ teamId: crypto.randomUUID() }, "/teamId", "no such team"],
  ])("rejects %j", async (settings, pointer, detail) => {
    const { status, body } = await api<Problem>("POST", "/v1/silences", {
      matchers: matchersOf("x"),
      endsAt: later(),
      comment: "x",
      ...settings,
    });
    expect(status).toBe(400);
    expect(body.errors[0]).toMatchObject({ pointer, detail: expect.stringContaining(detail) });
  });
});

describe("a silence", () => {
  it("is listed by its state", async () => {
    const [active, pending, expired] = [await create(), await create({ startsAt: later(60_000) }), await create()];
    await api("DELETE", `/v1/silences/${expired.id}`);
    const statesOf = async (query: string) => {
      const { body } = await api<{ data: Silence[] }>("GET", `/v1/silences?limit=200&${query}`);
      const ours = new Set([active.id, pending.id, expired.id]);
      return body.data.filter(({ id }) => ours.has(id)).map(({ state }) => state);
    };
    expect(await statesOf("")).toEqual(["expired", "pending", "active"]);
    expect(await statesOf("state=active")).toEqual(["active"]);
    expect(await statesOf("state=pending&state=expired")).toEqual(["expired", "pending"]);
  });

  it("is changed under its version, and not after it has expired", async () => {
    const { id } = await create();
    const path = `/v1/silences/${id}`;
    const changed = await api<Silence>("PATCH", path, { endsAt: later(2 * HOUR), comment: "longer" });
    expect([changed.status, changed.body.version, changed.body.comment]).toEqual([200, 2, "longer"]);
    expect((await api("PATCH", path, { startsAt: later(60_000) })).status).toBe(409);
    expect((await api("PATCH", path, { endsAt: "2020-01-01T00:00:00Z" })).status).toBe(400);
    expect((await api("DELETE", path)).status).toBe(204);
    expect((await api("DELETE", path)).status).toBe(204);
    const { body } = await api<Silence>("GET", path);
    expect([body.state, body.version]).toEqual(["expired", 3]);
    expect((await api("PATCH", path, { comment: "x" })).status).toBe(409);
  });

  it("never starts if it expires while it is pending", async () => {
    const { id } = await create({ startsAt: later(60_000) });
    await api("DELETE", `/v1/silences/${id}`);
    const { body } = await api<Silence>("GET", `/v1/silences/${id}`);
    expect(body.state).toBe("expired");
    expect(body.startsAt).toBe(body.endsAt);
  });

  it("has audit events", async () => {
    const { id } = await create();
    await api("PATCH", `/v1/silences/${id}`, { comment: "y" });
    await api("DELETE", `/v1/silences/${id}`);
    const { body } = await api<{ data: { action: string }[] }>("GET", `/v1/audit-events?targetId=${id}`);
    expect(body.data.map(({ action }) => action)).toEqual(["silence.expire", "silence.update", "silence.create"]);
  });

  it("is removed by the daily run five days after it expired", async () => {
    const [old, recent] = [newId(), newId()];
    const row = (id: string, endsAt: number) => ({
      id,
      matchers: [],
      startsAt: new Date(0),
      endsAt: new Date(endsAt),
      comment: "",
      createdBy: "api:root",
    });
    await connect(env)
      .insert(silences)
      .values([row(old, Date.now() - 5 * DAY - HOUR), row(recent, Date.now() - 4 * DAY)]);
    await runDaily(env, Date.now());
    expect((await api("GET", `/v1/silences/${old}`)).status).toBe(404);
    expect((await api("GET", `/v1/silences/${recent}`)).status).toBe(200);
  });
});

describe("a muted alert", () => {
  const service = crypto.randomUUID();
  let integration: TestIntegration;
  let silence: Silence;
  let ids: Record<"muted" | "other", string>;

  const titlesOf = async (query: string) => {
    const { status, body } = await api<{ data: Alert[] }>("GET", `/v1/alerts?integrationId=${integration.id}&${query}`);
    expect(status).toBe(200);
    return body.data.map(({ title }) => title);
  };

  beforeAll(async () => {
    integration = await createIntegration();
    const send = async (title: string, name: string) =>
      (await deliver(integration, { title, labels: { service: name } })).body.alerts[0]!.id!;
    ids = { muted: await send("muted", service), other: await send("other", "other") };
    await flushed(integration);
    silence = await create({ matchers: matchersOf(service) });
  });

  it("is left out of lists by default", async () => {
    expect(await titlesOf("")).toEqual(["other"]);
    expect(await titlesOf("muted=true")).toEqual(["muted"]);
    expect(await titlesOf("muted=any")).toEqual(["other", "muted"]);
    expect((await api("GET", "/v1/alerts?muted=yes")).status).toBe(400);
  });

  it("names the silences that mute it", async () => {
    const { body } = await api<Alert>("GET", `/v1/alerts/${ids.muted}`);
    expect(body.silencedBy).toEqual([silence.id]);
    expect((await api<Alert>("GET", `/v1/alerts/${ids.other}`)).body.silencedBy).toEqual([]);
  });

  it("is not changed in bulk by a filter, except by one for muted alerts", async () => {
    const change = (filter: object) =>
      api<{ changed: number }>("POST", "/v1/alerts/bulk", {
        filter: { integrationId: integration.id, ...filter },
        status: "ACKNOWLEDGED",
      });
    expect((await change({})).body.changed).toBe(1);
    expect((await change({ muted: true })).body.changed).toBe(1);
  });

  it("is previewed", async () => {
    const { status, body } = await api<{ count: number; isAtLeast: boolean; data: Alert[] }>(
      "POST",
      "/v1/silences/preview",
      { matchers: matchersOf(service) },
    );
    expect(status).toBe(200);
    expect([body.count, body.isAtLeast, body.data.map(({ title }) => title)]).toEqual([1, false, ["muted"]]);
    const stored = await api("POST", "/v1/silences/preview", { silenceId: silence.id });
    expect([stored.status, stored.body]).toEqual([200, body]);
    const path = "/v1/silences/preview";
    expect((await api("POST", path, { silenceId: crypto.randomUUID() })).status).toBe(404);
    for (const wrong of [{}, { matchers: matchersOf(service), silenceId: silence.id }])
      expect((await api("POST", path, wrong)).status).toBe(400);
  });

  it("is counted for its silence", async () => {
    const { status, body } = await api<{ data: { silenceId: string; count: number }[]; isAtLeast: boolean }>(
      "GET",
      "/v1/silences/counts",
    );
    expect([status, body.isAtLeast]).toEqual([200, false]);
    expect(body.data.filter(({ silenceId }) => silenceId === silence.id)).toEqual([
      { silenceId: silence.id, count: 1 },
    ]);
  });

  it("is listed again once the silence has expired", async () => {
    await api("DELETE", `/v1/silences/${silence.id}`);
    expect(await titlesOf("")).toEqual(["other", "muted"]);
    expect(await titlesOf("muted=true")).toEqual([]);
  });
});
