import { beforeAll, describe, expect, it } from "vitest";
import { api, createIntegration, deliver, flushed, type TestIntegration } from "../../support/worker.ts";

interface Page<Item> {
  data: Item[];
  nextCursor: string | null;
}

describe("the lists of labels", () => {
  let integration: TestIntegration;
  const read = async <Item>(path: string, query = "") => {
    const { status, body } = await api<Page<Item>>("GET", `${path}?integrationId=${integration.id}${query}`);
    expect(status).toBe(200);
    return body;
  };
  const names = (query?: string) => read<{ name: string; count: number }>("/v1/labels", query);
  const values = (name: string, query?: string) =>
    read<{ value: string; count: number }>(`/v1/labels/${encodeURIComponent(name)}/values`, query);

  beforeAll(async () => {
    integration = await createIntegration();
    await deliver(integration, {
      id: "1",
      title: "a",
      labels: { service: "checkout", "a/b": "x", port: 80, empty: "" },
    });
    await deliver(integration, { id: "2", title: "b", labels: { service: "cart", Severe: true, list: ["x"] } });
    await deliver(integration, { id: "3", title: "c", labels: { service: "checkout" } });
    await flushed(integration);
  });

  it("count the alerts with each name", async () => {
    expect((await names()).data).toEqual([
      { name: "Severe", count: 1 },
      { name: "a/b", count: 1 },
      { name: "port", count: 1 },
      { name: "service", count: 3 },
    ]);
    expect((await names("&prefix=SE")).data.map(({ name }) => name)).toEqual(["Severe", "service"]);
  });

  it("count the alerts with each value", async () => {
    expect((await values("service")).data).toEqual([
      { value: "cart", count: 1 },
      { value: "checkout", count: 2 },
    ]);
    expect((await values("service", "&prefix=ch")).data.map(({ value }) => value)).toEqual(["checkout"]);
    expect((await values("a/b")).data).toEqual([{ value: "x", count: 1 }]);
    expect((await values("port")).data).toEqual([{ value: "80", count: 1 }]);
    expect((await values("nothing")).data).toEqual([]);
  });

  it("have pages", async () => {
    const first = await values("service", "&limit=1");
    expect(first.data.map(({ value }) => value)).toEqual(["cart"]);
    const second = await values("service", `&limit=1&cursor=${first.nextCursor}`);
    expect(second).toEqual({ data: [{ value: "checkout", count: 2 }], nextCursor: null });
  });

  it("reject an invalid cursor", async () => {
    expect((await api("GET", "/v1/labels?cursor=%21")).status).toBe(400);
  });

  it("leave out the alerts of other teams", async () => {
    const { body: team } = await api<{ id: string }>("POST", "/v1/teams", { name: "no alerts" });
    expect((await names(`&teamId=${team.id}`)).data).toEqual([]);
  });
});
