import { describe, expect, it } from "vitest";
import { api, createIntegration, deliver, flushed } from "../../support/worker.ts";
import { Endpoint, newTeam, only } from "./endpoint.ts";

const URL = "https://endpoint.test";

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
