import { beforeAll, describe, expect, it } from "vitest";
import { env } from "cloudflare:workers";
import { connect } from "../../../src/db/client.ts";
import { teams } from "../../../src/db/schema.ts";
import { newId } from "../../../src/lib/ids.ts";
import { api, deliver } from "../../support/worker.ts";

interface Integration {
  id: string;
  name: string;
  externalName: string | null;
  secret: string | null;
  setup: string;
  version: number;
  detail: string;
  errors: { pointer: string }[];
}

let teamId = "";
beforeAll(async () => {
  teamId = newId();
  await connect(env).insert(teams).values({ id: teamId, name: "Payments" });
});

const newName = () => `terraform/${crypto.randomUUID()}`;
const create = (fields: object) =>
  api<Integration>("POST", "/v1/integrations", { name: "Prod", provider: "generic", ...fields });

describe("POST /v1/integrations with an externalName", () => {
  it("finds the integration of the first request, without its secret", async () => {
    const settings = {
      externalName: newName(),
      heartbeatMinutes: 60,
      verification: { scheme: "hmac" },
      ignore: ["/time"],
    };
    const first = await create(settings);
    expect([first.status, first.body.externalName]).toEqual([201, settings.externalName]);
    const second = await create(settings);
    const { secret, setup, ...integration } = first.body;
    expect(secret).toEqual(expect.any(String));
    expect([second.status, second.body]).toEqual([200, { ...integration, secret: null, setup: expect.any(String) }]);
    expect(JSON.stringify(second.body)).not.toContain(secret);
    expect(setup).toContain(secret);
    const events = await api<{ data: object[] }>("GET", `/v1/audit-events?targetId=${first.body.id}`);
    expect(events.body.data).toHaveLength(1);
  });

  it("creates one of many at once", async () => {
    const externalName = newName();
    const replies = await Promise.all(Array.from({ length: 5 }, () => create({ externalName })));
    expect(replies.map(({ status }) => status).toSorted()).toEqual([200, 200, 200, 200, 201]);
    expect(new Set(replies.map(({ body }) => body.id)).size).toBe(1);
    const secrets = replies.flatMap(({ body }) => body.secret ?? []);
    expect(secrets).toHaveLength(1);
    const [{ body }] = replies as [(typeof replies)[0]];
    const sent = await deliver({ id: body.id, secret: secrets[0]! }, { title: "x" });
    expect(sent.status).toBe(202);
  });

  it("rejects other settings, and says which, and what to do", async () => {
    const externalName = newName();
    const { body } = await create({ externalName, autoResolveMinutes: 60 });
    const other = await create({ externalName, name: "Other" });
    expect([other.status, other.body.errors.map(({ pointer }) => pointer)]).toEqual([
      409,
      ["/name", "/autoResolveMinutes"],
    ]);
    expect(other.body.detail).toContain(`PATCH /v1/integrations/${body.id}`);
    await api("PATCH", `/v1/integrations/${body.id}`, { name: "Other", autoResolveMinutes: null });
    expect((await create({ externalName, name: "Other" })).status).toBe(200);
  });

  it("compares a given secret, and does not show it", async () => {
    const externalName = newName();
    const secret = "a secret of the source".replaceAll(" ", "-");
    await create({ externalName, secret });
    expect((await create({ externalName, secret })).status).toBe(200);
    const other = await create({ externalName, secret: `${secret}-2` });
    expect([other.status, other.body.errors]).toMatchObject([409, [{ pointer: "/secret" }]]);
    expect(JSON.stringify(other.body)).not.toContain(secret);
  });

  it("is unique within a team, and free again after the integration is deleted", async () => {
    const externalName = newName();
    const first = await create({ externalName });
    const ofTeam = await create({ externalName, teamId });
    expect([ofTeam.status, ofTeam.body.id === first.body.id]).toEqual([201, false]);
    const moved = await api<Integration>("PATCH", `/v1/integrations/${first.body.id}`, { teamId });
    expect([moved.status, moved.body.errors]).toMatchObject([409, [{ pointer: "/externalName" }]]);
    await api("DELETE", `/v1/integrations/${ofTeam.body.id}`);
    expect((await create({ externalName, teamId })).status).toBe(201);
  });

  it("can be changed, to one that is free", async () => {
    const [one, two] = [await create({ externalName: newName() }), await create({})];
    expect(two.body.externalName).toBeNull();
    const path = `/v1/integrations/${two.body.id}`;
    expect((await api("PATCH", path, { externalName: one.body.externalName })).status).toBe(409);
    const free = newName();
    expect((await api("PATCH", path, { externalName: free })).body.externalName).toBe(free);
    expect((await api("PATCH", path, { externalName: null })).body.externalName).toBeNull();
  });

  it.each([[""], [" "], ["x".repeat(201)], [7]])("rejects the name %j", async (externalName) => {
    expect((await create({ externalName })).status).toBe(400);
  });
});

describe("GET /v1/integrations?externalName=", () => {
  it("finds the integration with the name", async () => {
    const externalName = newName();
    const { body } = await create({ externalName });
    for (const query of ["", "&include=health"]) {
      const path = `/v1/integrations?externalName=${encodeURIComponent(externalName)}${query}`;
      const page = await api<{ data: Integration[] }>("GET", path);
      expect(page.body.data.map(({ id }) => id)).toEqual([body.id]);
    }
    expect((await api<{ data: [] }>("GET", `/v1/integrations?externalName=${newName()}`)).body.data).toEqual([]);
  });
});
