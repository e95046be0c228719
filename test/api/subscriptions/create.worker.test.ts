import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { createApp } from "../../../src/app.ts";
import { api, createIntegration, deliver, flushed } from "../../support/worker.ts";
import { Endpoint, newTeam, NOTHING, only } from "./endpoint.ts";

const URL = "https://endpoint.test";

/** Calls the API of a deployment without the setting for development. */
const outsideDevelopment = async (method: string, path: string, body: unknown = {}): Promise<Response> => {
  const headers = { authorization: `Bearer ${env.ROOT_API_KEY}`, "content-type": "application/json" };
  const request = new Request(`https://tocsin.test${path}`, { method, headers, body: JSON.stringify(body) });
  const context = createExecutionContext();
  const response = await createApp().fetch(request, { ...env, INSECURE_ENDPOINTS: "" }, context);
  await waitOnExecutionContext(context);
  return response;
};

const statusOutsideDevelopment = async (...call: Parameters<typeof outsideDevelopment>) =>
  (await outsideDevelopment(...call)).status;

describe("POST /v1/subscriptions", () => {
  it.each([
    [{ name: "x" }, "/url"],
    [{ name: "x", url: "ftp://endpoint.test" }, "/url"],
    [{ name: "x", url: "https://user:password@endpoint.test" }, "/url"],
    [{ name: "x", url: "https://tocsin.test/in/1" }, "/url"],
    [{ name: "x", url: "nowhere" }, "/url"],
    [{ name: "", url: URL }, "/name"],
    [{ name: "x", url: URL, filter: { severity: ["LOUD"] } }, "/filter/severity/0"],
    [{ name: "x", url: URL, filter: { wrong: 1 } }, "/filter/wrong"],
    [{ name: "x", url: URL, cursor: "soon" }, "/cursor"],
    [{ name: "x", url: URL, teamId: crypto.randomUUID() }, "/teamId"],
  ])("rejects %o with the invalid field", async (body, pointer) => {
    const reply = await api<{ errors: { pointer: string }[] }>("POST", "/v1/subscriptions", body);
    expect(reply.status).toBe(400);
    expect(reply.body.errors.map((error) => error.pointer)).toEqual([pointer]);
  });

  it.each([
    "https://localhost/",
    "https://10.0.0.1/",
    "https://[::ffff:127.0.0.1]/",
    "https://db.internal/",
    "http://a.example.com/",
  ])("rejects %s outside development", async (url) => {
    expect(await statusOutsideDevelopment("POST", "/v1/subscriptions", { name: "x", url })).toBe(400);
    const { id } = await new Endpoint().subscribe(NOTHING);
    expect(await statusOutsideDevelopment("PATCH", `/v1/subscriptions/${id}`, { url })).toBe(400);
  });

  it("sends nothing to a private URL outside development", async () => {
    const endpoint = new Endpoint();
    const { id, secret } = await endpoint.subscribe(NOTHING);
    expect(secret).toMatch(/^whsec_/);
    const test = await outsideDevelopment("POST", `/v1/subscriptions/${id}/test`);
    expect(await test.json()).toMatchObject({
      isDelivered: false,
      statusCode: null,
      error: "URL not allowed: not https",
    });
    expect(await endpoint.received()).toEqual([]);
  });

  it("answers 409 to the sixth subscription of a team to one URL, whatever its query", async () => {
    const [endpoint, teamId] = [new Endpoint(), await newTeam()];
    const others = [];
    for (const query of ["", "?a=1", "?a=2", "#x", "?"]) {
      others.push(await endpoint.subscribe({ ...NOTHING, teamId, url: endpoint.url + query }));
    }
    const sixth = { name: "x", url: `${endpoint.url}?a=3`, teamId, ...NOTHING };
    const reply = await api("POST", "/v1/subscriptions", sixth);
    expect([reply.status, reply.body]).toMatchObject([409, { detail: expect.stringContaining("to this URL") }]);
    const elsewhere = await new Endpoint().subscribe({ ...NOTHING, teamId });
    expect((await api("PATCH", `/v1/subscriptions/${elsewhere.id}`, { url: endpoint.url })).status).toBe(409);
    expect((await api("PATCH", `/v1/subscriptions/${others[0]?.id}`, { url: endpoint.url })).status).toBe(200);
    await new Endpoint().subscribe({ ...NOTHING, teamId });
  });

  it("answers 409 to the fifty-first subscription of a team", async () => {
    const teamId = await newTeam();
    for (let count = 0; count < 50; count++) await new Endpoint().subscribe({ ...NOTHING, teamId });
    const reply = await api("POST", "/v1/subscriptions", { name: "x", url: new Endpoint().url, teamId });
    expect([reply.status, reply.body]).toMatchObject([409, { detail: expect.stringContaining("50 subscriptions") }]);
  });

  it("starts after a cursor, or at the present without one", async () => {
    const [early, late, integration] = [new Endpoint(), new Endpoint(), await createIntegration()];
    await deliver(integration, { id: "a", title: "T" });
    await flushed(integration);
    await early.subscribe({ ...only(integration), cursor: "0.0.00000000-0000-0000-0000-000000000000" });
    await late.subscribe(only(integration));
    await deliver(integration, { id: "b", title: "T" });
    await early.waitFor(2);
    expect((await late.waitFor(1)).map(({ data }) => data.alert.alertKey)).toEqual(["b"]);
  });

  it("prevents the deletion of its team", async () => {
    const teamId = await newTeam();
    const { id } = await new Endpoint().subscribe({ teamId });
    expect((await api("DELETE", `/v1/teams/${teamId}`)).status).toBe(409);
    await api("DELETE", `/v1/subscriptions/${id}`);
    expect((await api("DELETE", `/v1/teams/${teamId}`)).status).toBe(204);
  });
});
