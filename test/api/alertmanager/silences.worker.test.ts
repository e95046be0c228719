import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import type { GettableSilence } from "../../../src/api/alertmanager/silence.ts";
import { connect } from "../../../src/db/client.ts";
import { silences } from "../../../src/db/schema.ts";
import { DAY, HOUR, MINUTE } from "../../../src/lib/time.ts";
import { api } from "../../support/worker.ts";
import { am, filters, fire, type GettableAlert, matcher, newIntegration, newTeam, type Team } from "./fixtures.ts";

let team: Team;
let ops: Team;
beforeAll(async () => {
  team = await newTeam("Silences");
  ops = { id: "", name: "everybody", key: env.ROOT_API_KEY };
});

const iso = (inMs: number) => new Date(Date.now() + inMs).toISOString();

const silence = (change: Record<string, unknown> = {}) => ({
  matchers: [matcher("alertname", "DiskFull")],
  startsAt: iso(-MINUTE),
  endsAt: iso(HOUR),
  createdBy: "ada",
  comment: "deploy",
  ...change,
});

const post = (change: Record<string, unknown> = {}, by: Team = team) =>
  am<{ silenceID: string }>(by, "POST", "/silences", silence(change));

const create = async (change: Record<string, unknown> = {}, by: Team = team): Promise<string> => {
  const { status, body } = await post(change, by);
  expect([status, body]).toEqual([200, { silenceID: expect.any(String) }]);
  return body.silenceID;
};
const get = async (id: string, by: Team = team) => (await am<GettableSilence>(by, "GET", `/silence/${id}`)).body;
const expire = (id: string, by: Team = team) => am<string>(by, "DELETE", `/silence/${id}`);
const stateOf = async (id: string) => (await get(id)).status.state;

describe("POST /api/v2/silences", () => {
  it("creates a silence with all fields of Alertmanager; a start in the past becomes the present", async () => {
    const matchers = [matcher("alertname", "Disk.*", true), matcher("env", "prod", false, false)];
    const before = Date.now();
    const id = await create({ matchers, startsAt: "2020-01-01T00:00:00Z" });
    const created = await get(id);
    expect(created).toEqual({
      id,
      matchers,
      status: { state: "active" },
      startsAt: expect.any(String),
      endsAt: expect.any(String),
      updatedAt: expect.any(String),
      createdBy: "ada",
      comment: "deploy",
      annotations: {},
    });
    expect(Date.parse(created.startsAt)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(created.startsAt)).toBeLessThanOrEqual(Date.now());
  });

  it("keeps the annotations, and replaces them with an update", async () => {
    const id = await create({ annotations: { ticket: "OPS-17", why: "" } });
    const created = await get(id);
    expect(created.annotations).toEqual({ ticket: "OPS-17", why: "" });
    expect((await api("GET", `/v1/silences/${id}`)).body.annotations).toEqual(created.annotations);
    const { startsAt } = created;
    expect(await create({ id, startsAt, annotations: { ticket: "OPS-18" } })).toBe(id);
    expect((await get(id)).annotations).toEqual({ ticket: "OPS-18" });
    expect(await create({ id, startsAt })).toBe(id);
    expect((await get(id)).annotations).toEqual({});
  });

  it("accepts what clients of other versions send", async () => {
    const id = await create({
      id: "",
      matchers: [{ name: "a", value: "b", isRegex: false }],
      startsAt: "0001-01-01T00:00:00.000Z",
      comment: "",
      createdBy: "",
      status: { state: "active" },
      updatedAt: iso(0),
    });
    const created = await get(id);
    expect(created).toMatchObject({ matchers: [matcher("a", "b")], comment: "", createdBy: "key of Silences" });
    expect(created.status.state).toBe("active");
    expect(await create({ id: null })).not.toBe(id);
  });

  it("changes an active silence with the same matchers and start", async () => {
    const id = await create();
    const current = await get(id);
    const endsAt = iso(2 * HOUR);
    expect(await create({ ...current, endsAt, comment: "longer", createdBy: "bob" })).toBe(id);
    expect(await get(id)).toMatchObject({ startsAt: current.startsAt, endsAt, comment: "longer", createdBy: "bob" });
  });

  it("expires an active silence whose matchers change, and returns a new id", async () => {
    const id = await create();
    const matchers = [matcher("alertname", "CpuHot")];
    const next = await create({ ...(await get(id)), matchers });
    expect(next).not.toBe(id);
    expect([await stateOf(id), await stateOf(next)]).toEqual(["expired", "active"]);
    expect(await get(next)).toMatchObject({ matchers });
    expect((await get(id)).matchers).toEqual([matcher("alertname", "DiskFull")]);
  });

  it("changes a pending silence, also its start", async () => {
    const startsAt = iso(HOUR);
    const id = await create({ startsAt, endsAt: iso(2 * HOUR) });
    expect(await stateOf(id)).toBe("pending");
    const later = { startsAt: iso(3 * HOUR), endsAt: iso(4 * HOUR) };
    expect(await create({ id, ...later })).toBe(id);
    expect(await get(id)).toMatchObject(later);
    const started = await create({ id, startsAt: iso(-MINUTE), endsAt: iso(HOUR) });
    expect(started).not.toBe(id);
    expect([await stateOf(id), await stateOf(started)]).toEqual(["expired", "active"]);
  });

  it("makes a new silence of an expired one", async () => {
    const id = await create();
    await expire(id);
    const { endsAt } = await get(id);
    const next = await create({ id });
    expect(next).not.toBe(id);
    expect((await get(id)).endsAt).toBe(endsAt);
  });

  it.each(["00000000-0000-4000-8000-000000000000", "x"])("answers 404 for the unknown id %s", async (id) => {
    const { status, body } = await post({ id });
    expect([status, body]).toEqual([404, expect.stringContaining("silence")]);
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ["an end in the past", { startsAt: iso(-HOUR), endsAt: iso(-MINUTE) }, /end time can't be in the past/],
    ["an end before its start", { startsAt: iso(2 * HOUR) }, /start time must be before end time/],
    ["matchers that match the empty text", { matchers: [matcher("a", ""), matcher("b", ".*", true)] }, /empty string/],
    ["no matcher", { matchers: [] }, /matchers/],
    ["an invalid expression", { matchers: [matcher("a", "(", true)] }, /regular expression/],
    ["a matcher without a name", { matchers: [matcher("", "x")] }, /name/],
    ["a date that is none", { endsAt: "tomorrow" }, /endsAt/],
    ["no comment", { comment: undefined }, /comment/],
  ])("rejects a silence with %s", async (_, change, text) => {
    const { status, body, headers } = await post(change);
    expect([status, headers.get("content-type")]).toEqual([400, "application/json"]);
    expect(body).toMatch(text);
  });

  it("rejects a body that is not JSON", async () => {
    const { status, body } = await am<string>(team, "POST", "/silences");
    expect([status, typeof body]).toEqual([400, "string"]);
  });

  it("mutes nothing more than once while requests replace the same silence together", async () => {
    const id = await create({ matchers: [matcher("race", "0")] });
    const replies = await Promise.all([1, 2, 3].map((n) => post({ id, matchers: [matcher("race", String(n))] })));
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await stateOf(id)).toBe("expired");
  });
});

describe("DELETE /api/v2/silence/{silenceID}", () => {
  it("expires a silence, again without effect; a pending one never starts", async () => {
    const [active, pending] = [await create(), await create({ startsAt: iso(HOUR), endsAt: iso(2 * HOUR) })];
    for (const id of [active, pending]) {
      const { status, body } = await expire(id);
      expect([status, body]).toEqual([200, ""]);
      const expired = await get(id);
      expect(expired.status.state).toBe("expired");
      expect(Date.parse(expired.endsAt)).toBeLessThanOrEqual(Date.now());
      expect(expired.startsAt <= expired.endsAt).toBe(true);
      expect((await expire(id)).status).toBe(200);
      expect(await get(id)).toEqual(expired);
    }
  });

  it("answers 404 for an unknown id, and 400 for none", async () => {
    expect((await expire("00000000-0000-4000-8000-000000000000")).status).toBe(404);
    expect((await expire("x")).status).toBe(400);
  });

  it("leaves the silence in the list for five days", async () => {
    const id = await create({ matchers: [matcher("kept", "x")] });
    await expire(id);
    const { body } = await am<GettableSilence[]>(team, "GET", `/silences?${filters('kept="x"')}`);
    expect(body).toMatchObject([{ id, status: { state: "expired" } }]);
    expect((await am<[]>(team, "GET", `/silences?${filters('kept="x"')}&expired=false`)).body).toEqual([]);
  });
});

describe("GET /api/v2/silences", () => {
  it("lists active silences first, then pending, then expired ones, each by their end or start", async () => {
    const own = await newTeam("Order");
    const add = (startsIn: number, endsIn: number) => create({ startsAt: iso(startsIn), endsAt: iso(endsIn) }, own);
    const long = await add(-MINUTE, 2 * HOUR);
    const short = await add(-MINUTE, HOUR);
    const late = await add(2 * HOUR, 3 * HOUR);
    const soon = await add(HOUR, 4 * HOUR);
    const old = await add(-MINUTE, HOUR);
    await expire(old, own);
    await connect(env)
      .update(silences)
      .set({ endsAt: new Date(Date.now() - DAY), startsAt: new Date(Date.now() - 2 * DAY) })
      .where(eq(silences.id, old));
    const recent = await add(-MINUTE, HOUR);
    await expire(recent, own);
    const list = async (query = "") =>
      (await am<GettableSilence[]>(own, "GET", `/silences?${query}`)).body.map(({ id }) => id);
    const ofTeam = new Set([short, long, soon, late, recent, old]);
    expect((await list()).filter((id) => ofTeam.has(id))).toEqual([short, long, soon, late, recent, old]);
    const shown = async (query: string) => (await list(query)).filter((id) => ofTeam.has(id));
    expect(await shown("active=false")).toEqual([soon, late, recent, old]);
    expect(await shown("pending=false&expired=false")).toEqual([short, long]);
    // Grafana sends these.
    expect(await shown("ruleMetadata=true&accesscontrol=true")).toHaveLength(6);
  });

  it("selects silences that have all given matchers", async () => {
    const matchers = [matcher("app", "shop"), matcher("pod", "a.*", true), matcher("env", "dev", false, false)];
    const id = await create({ matchers });
    const isFound = async (...texts: string[]) => {
      const { body } = await am<GettableSilence[]>(team, "GET", `/silences?${filters(...texts)}`);
      return body.some((one) => one.id === id);
    };
    expect(await isFound('app="shop"')).toBe(true);
    expect(await isFound("app=shop", 'pod=~"a.*"', 'env!="dev"')).toBe(true);
    expect(await isFound('app=~"shop"')).toBe(false);
    expect(await isFound('app!="shop"')).toBe(false);
    expect(await isFound('app="shop"', 'other="x"')).toBe(false);
    expect((await am(team, "GET", "/silences?filter=bad")).status).toBe(400);
  });
});

describe("the teams of silences", () => {
  it("are those of their keys: others neither see nor change them", async () => {
    const other = await newTeam("Others");
    const id = await create();
    expect((await am(other, "GET", `/silence/${id}`)).status).toBe(404);
    expect((await expire(id, other)).status).toBe(404);
    expect((await post({ id }, other)).status).toBe(404);
    const { body } = await am<GettableSilence[]>(other, "GET", "/silences");
    expect(body.map((one) => one.id)).not.toContain(id);
    expect(await stateOf(id)).toBe("active");
  });

  it("see the silences of the whole platform, which only its keys change", async () => {
    const id = await create({ matchers: [matcher("platform", "x")] }, ops);
    expect((await get(id)).id).toBe(id);
    expect((await expire(id)).status).toBe(403);
    expect((await post({ id })).status).toBe(403);
    expect((await expire(id, ops)).status).toBe(200);
  });

  it("stay the same when a silence is replaced with another key", async () => {
    const id = await create();
    const next = await create({ ...(await get(id)), matchers: [matcher("x", "y")] }, ops);
    const [row] = await connect(env).select().from(silences).where(eq(silences.id, next));
    expect(row?.teamId).toBe(team.id);
  });
});

it("records changes of silences as audit events", async () => {
  const id = await create();
  await create({ ...(await get(id)), comment: "longer" });
  const next = await create({ ...(await get(id)), matchers: [matcher("x", "y")] });
  const actionsOf = async (target: string) => {
    const { body } = await api<{ data: { action: string }[] }>("GET", `/v1/audit-events?targetId=${target}`);
    return body.data.map(({ action }) => action).toReversed();
  };
  expect(await actionsOf(id)).toEqual(["silence.create", "silence.update", "silence.expire"]);
  await expire(next);
  await expire(next);
  expect(await actionsOf(next)).toEqual(["silence.create", "silence.expire"]);
});

it("an active silence suppresses the alerts that match, with its id, until it expires", async () => {
  const integration = await newIntegration(team, "alertmanager");
  await fire(integration, [
    { labels: { alertname: "Quiet", instance: "a" } },
    { labels: { alertname: "Loud", instance: "a" } },
  ]);
  const list = async (query: string) =>
    (await am<GettableAlert[]>(team, "GET", `/alerts?${filters('alertname=~"Quiet|Loud"')}&${query}`)).body;
  const names = async (query: string) => (await list(query)).map(({ labels }) => labels.alertname).toSorted();
  // A missing label equals the empty text.
  const id = await create({ matchers: [matcher("alertname", "Quiet"), matcher("missing", "")] });
  await create({ matchers: [matcher("alertname", "Loud")], startsAt: iso(HOUR), endsAt: iso(2 * HOUR) });
  const quiet = (await list("")).find(({ labels }) => labels.alertname === "Quiet");
  expect(quiet?.status).toEqual({ state: "suppressed", silencedBy: [id], inhibitedBy: [], mutedBy: [] });
  expect(await names("silenced=false")).toEqual(["Loud"]);
  expect(await names("active=false")).toEqual(["Quiet"]);
  const groups = await am<object[]>(team, "GET", `/alerts/groups?${filters('alertname=~"Quiet|Loud"')}&muted=false`);
  expect(groups.body).toMatchObject([{ labels: { alertname: "Loud" } }]);
  await expire(id);
  expect(await names("silenced=false")).toEqual(["Loud", "Quiet"]);
});
