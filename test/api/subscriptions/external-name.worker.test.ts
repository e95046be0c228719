import { describe, expect, inject, it } from "vitest";
import { api } from "../../support/worker.ts";

interface Subscription {
  id: string;
  externalName: string | null;
  secret: string | null;
  detail: string;
  errors: { pointer: string }[];
}

const settings = () => ({
  name: "Pager",
  externalName: `script/${crypto.randomUUID()}`,
  url: `${inject("subscriberUrl")}/external-name/${crypto.randomUUID()}`,
  filter: { integrationId: crypto.randomUUID(), status: ["OPEN"] },
});

const create = (body: object) => api<Subscription>("POST", "/v1/subscriptions", body);

describe("POST /v1/subscriptions with an externalName", () => {
  it("finds the subscription of the first request, without its secret", async () => {
    const body = settings();
    const first = await create(body);
    expect([first.status, first.body.externalName]).toEqual([201, body.externalName]);
    expect(first.body.secret).toEqual(expect.any(String));
    const second = await create(body);
    expect([second.status, second.body]).toEqual([200, { ...first.body, secret: null }]);
  });

  it("creates one of many at once", async () => {
    const body = settings();
    const replies = await Promise.all(Array.from({ length: 4 }, () => create(body)));
    expect(replies.map(({ status }) => status).toSorted()).toEqual([200, 200, 200, 201]);
    expect(new Set(replies.map((reply) => reply.body.id)).size).toBe(1);
  });

  it("rejects other settings, and says which, and what to do", async () => {
    const body = settings();
    const { id } = (await create(body)).body;
    const other = await create({ ...body, filter: {} });
    expect([other.status, other.body.errors]).toMatchObject([409, [{ pointer: "/filter" }]]);
    expect(other.body.detail).toContain(`PATCH /v1/subscriptions/${id}`);
  });

  it("can be changed, to one that is free", async () => {
    const [one, two] = [await create(settings()), await create(settings())];
    const path = `/v1/subscriptions/${two.body.id}`;
    const taken = await api<Subscription>("PATCH", path, { externalName: one.body.externalName });
    expect([taken.status, taken.body.errors]).toMatchObject([409, [{ pointer: "/externalName" }]]);
    expect((await api("PATCH", path, { externalName: null })).body.externalName).toBeNull();
  });
});

describe("GET /v1/subscriptions?externalName=", () => {
  it("finds the subscription with the name", async () => {
    const body = settings();
    const { id } = (await create(body)).body;
    const path = `/v1/subscriptions?externalName=${encodeURIComponent(body.externalName)}`;
    expect((await api<{ data: Subscription[] }>("GET", path)).body.data.map((one) => one.id)).toEqual([id]);
  });
});
