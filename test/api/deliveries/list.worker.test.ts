import { describe, expect, it } from "vitest";
import { createTeam } from "../users/fixtures.ts";
import { api, createIntegration, deliver, deliverWithToken, flushed, until } from "../../support/worker.ts";

describe("GET /v1/deliveries", () => {
  it("finds a batch and its duplicate by each of their alerts", async () => {
    const integration = await createIntegration();
    const batch = [
      { id: "1", title: "a" },
      { id: "2", title: "b" },
    ];
    const { body } = await deliver(integration, batch);
    await deliver(integration, batch);
    await deliver(integration, { id: "2", title: "b", status: "resolved" });
    await flushed(integration);
    const count = async (alertId: string | null | undefined) =>
      (await api<{ data: unknown[] }>("GET", `/v1/deliveries?alertId=${alertId}`)).body.data.length;
    expect([await count(body.alerts[0]?.id), await count(body.alerts[1]?.id)]).toEqual([2, 3]);
  });

  it("finds deliveries by key, fingerprint, status code, title and reason", async () => {
    const integration = await createIntegration();
    const headers = { "idempotency-key": "github-72d3" };
    await deliver(integration, { id: "1", title: "Disk full" }, headers);
    await deliver(integration, { id: "1", title: "Disk full" }, headers);
    await deliver(integration, "{", {});
    await flushed(integration);
    const find = async (query: string) => {
      const path = `/v1/deliveries?integrationId=${integration.id}&${query}`;
      const { status, body } = await api<{ data: Delivery[] }>("GET", path);
      expect(status).toBe(200);
      return body.data.map((one) => one.status);
    };
    const [first] = (
      await api<{ data: Delivery[] }>("GET", `/v1/deliveries?integrationId=${integration.id}&status=ACCEPTED`)
    ).body.data;
    const both = ["DUPLICATE", "ACCEPTED"];
    expect(await find("idempotencyKey=github-72d3")).toEqual(both);
    expect(await find("query=key:github-*")).toEqual(both);
    expect(await find("query=key:GITHUB-72d3")).toEqual([]);
    expect(await find(`contentFingerprint=${first?.contentFingerprint}`)).toEqual(both);
    expect(await find(`query=contentFingerprint:${first?.contentFingerprint?.slice(0, 8)}*`)).toEqual(both);
    // Characters of two code units each, of which a cut must keep both.
    expect(await find(`query=contentFingerprint:${encodeURIComponent(`a${"🙂".repeat(20)}`)}`)).toEqual([]);
    expect(await find("statusCode=400")).toEqual(["REJECTED"]);
    expect(await find("statusCode=200&statusCode=202")).toEqual(both);
    expect(await find("query=-statusCode:4* status:accepted,rejected")).toEqual(["ACCEPTED"]);
    expect(await find("query=title:disk")).toEqual(both);
    expect(await find("query=disk")).toEqual(both);
    expect(await find("query=json")).toEqual(["REJECTED"]);
    expect(await find("query=reason:json -title:disk")).toEqual(["REJECTED"]);
    expect(await find("query=reason:duplicate -reason:json")).toEqual(["DUPLICATE", "ACCEPTED"]);
  });

  it("leads through its pages in both directions", async () => {
    const integration = await createIntegration();
    for (const id of ["1", "2", "3"]) await deliver(integration, { id, title: id });
    await flushed(integration);
    const read = async (cursor?: string | null) =>
      (
        await api<{ data: Delivery[]; nextCursor: string | null; previousCursor: string | null }>(
          "GET",
          `/v1/deliveries?integrationId=${integration.id}&limit=2${cursor ? `&cursor=${cursor}` : ""}`,
        )
      ).body;
    const first = await read();
    expect(first.previousCursor).toBeNull();
    const second = await read(first.nextCursor);
    expect([first.data.length, second.data.length, second.nextCursor]).toEqual([2, 1, null]);
    const back = await read(second.previousCursor);
    expect(back.data).toEqual(first.data);
    expect(back.previousCursor).toBeNull();
    expect(await read(back.nextCursor)).toEqual(second);
  });
});

interface Delivery {
  id: string;
  status: string;
  contentFingerprint: string | null;
}

describe("GET /v1/deliveries/reasons", () => {
  interface Group {
    status: string;
    statusCode: number;
    reason: string;
    count: number;
    firstReceivedAt: string;
    lastReceivedAt: string;
    exampleId: string;
    remedy: { action: string; text: string } | null;
    integrationIds: string[];
  }

  it("groups what was rejected and what is a duplicate, without the ids and times in the reasons", async () => {
    const integration = await createIntegration();
    for (const id of ["1", "2"]) {
      await deliver(integration, { id, title: id });
      await deliver(integration, { id, title: id });
    }
    await deliver(integration, "{", {});
    await flushed(integration);
    const read = async (query = "") =>
      (
        await api<{ data: Group[]; isComplete: boolean }>(
          "GET",
          `/v1/deliveries/reasons?integrationId=${integration.id}${query}`,
        )
      ).body;
    const { data, isComplete } = await read("&status=REJECTED&status=DUPLICATE");
    expect(isComplete).toBe(true);
    expect(data.map(({ status, statusCode, count }) => ({ status, statusCode, count }))).toEqual([
      { status: "DUPLICATE", statusCode: 200, count: 2 },
      { status: "REJECTED", statusCode: 400, count: 1 },
    ]);
    expect(data[0]?.reason).toMatch(/^duplicate: same content as delivery …, first seen …; the window ends …/);
    const duplicates = (
      await api<{ data: Delivery[] }>("GET", `/v1/deliveries?integrationId=${integration.id}&status=DUPLICATE`)
    ).body.data;
    expect(data[0]?.exampleId).toBe(duplicates[0]?.id);
    expect(data[0]!.firstReceivedAt < data[0]!.lastReceivedAt).toBe(true);
    expect((await read("&status=ACCEPTED")).data).toEqual([]);
    expect((await read()).data.map(({ status }) => status)).toEqual(["REJECTED"]);
    expect((await read("&query=reason:json")).data.map(({ status }) => status)).toEqual(["REJECTED"]);
  });

  it("says what to do about rejections, as the delivery itself does", async () => {
    const integration = await createIntegration();
    await deliver(integration, { title: "accepted" });
    await deliver(integration, { title: "accepted" });
    await deliver(integration, "{", {});
    await deliver({ ...integration, secret: "another one, wrong" }, { title: "not signed" });
    await flushed(integration);
    const of = `integrationId=${integration.id}`;
    const { data } = (await api<{ data: Group[] }>("GET", `/v1/deliveries/reasons?${of}`)).body;
    expect(data.map(({ remedy }) => remedy?.action).toSorted()).toEqual(["check-secret", "correct-body"]);
    for (const { exampleId, remedy } of data)
      expect((await api("GET", `/v1/deliveries/${exampleId}`)).body).toMatchObject({ remedy });
    const duplicate = await api<{ data: Group[] }>("GET", `/v1/deliveries/reasons?${of}&status=DUPLICATE`);
    expect(duplicate.body.data.map(({ remedy }) => remedy)).toEqual([null]);
  });

  it("groups accepted deliveries with unreadable events among the failures, each with the number of these events", async () => {
    const integration = await createIntegration({ name: "Batches" });
    await deliver(integration, [{ id: "1", title: "read" }, "not an object", 7]);
    await deliver(integration, [{ id: "2", title: "read, too" }, "not an object"]);
    await deliver(integration, [{ id: "2", title: "read, too" }, "not an object"]);
    await deliver(integration, [{ id: "3", title: "all is read" }]);
    await deliver(integration, "{", {});
    await flushed(integration);
    const of = `integrationId=${integration.id}`;
    const read = async (query: string) =>
      (await api<{ data: Group[] }>("GET", `/v1/deliveries/reasons?${of}${query}`)).body.data;
    const [unreadable, ...others] = await read("");
    expect(unreadable).toMatchObject({ status: "ACCEPTED", statusCode: 202, count: 2, hasUnreadableEvents: true });
    expect(unreadable?.remedy?.action).toBe("correct-events");
    expect(others).toEqual([expect.objectContaining({ status: "REJECTED", count: 1, hasUnreadableEvents: false })]);
    const example = await api<{ decision: unknown }>("GET", `/v1/deliveries/${unreadable?.exampleId}`);
    expect(example.body).toMatchObject({ decision: { unreadableEvents: { count: 1 } }, remedy: unreadable?.remedy });
    const list = async (query: string) =>
      (await api<{ data: Delivery[] }>("GET", `/v1/deliveries?${of}&query=${query}`)).body.data;
    expect((await list("unreadable:true")).map(({ status }) => status)).toEqual(["DUPLICATE", "ACCEPTED", "ACCEPTED"]);
    expect((await list("unreadable:false")).map(({ status }) => status)).toEqual(["REJECTED", "ACCEPTED"]);
    expect((await list("unreadable:true statusCode:200")).map(({ status }) => status)).toEqual(["DUPLICATE"]);
    expect((await read("&query=unreadable:false")).map(({ status }) => status)).toEqual(["REJECTED"]);
    expect((await read("&query=unreadable:true")).map(({ status }) => status)).toEqual(["ACCEPTED"]);
    expect((await read("&status=ACCEPTED")).map(({ status, count }) => [status, count])).toEqual([["ACCEPTED", 2]]);
    const statuses = (await read("&query=status:accepted,duplicate,rejected")).map(({ status }) => status);
    expect(statuses.toSorted()).toEqual(["ACCEPTED", "DUPLICATE", "REJECTED"]);
  });

  it("groups accepted deliveries with unreadable events by what was wrong with these events alone", async () => {
    const teamId = await createTeam();
    const alert = (id: number) => ({ id: String(id), title: `Queue ${id}` });
    const batches = await createIntegration({ teamId });
    const { body } = await deliver(batches, [alert(1), "not an object"]);
    await deliver(batches, [7, alert(2), "not an object"]);
    await deliver(batches, [{ ...alert(3), status: "resolved" }, "not an object"]);
    await flushed(batches);
    expect((await api("POST", `/v1/deliveries/${body.deliveryId}/replay`, {})).status).toBe(202);
    await flushed(batches);
    const sharded = await createIntegration({ teamId, shards: 4 });
    await deliver(sharded, [...Array.from({ length: 12 }, (_, at) => alert(at)), "not an object"]);
    await deliver(sharded, [...Array.from({ length: 9 }, (_, at) => alert(at)), "not an object"]);
    const alertmanager = await createIntegration({ teamId, provider: "alertmanager" });
    await deliverWithToken(alertmanager, { alerts: [{ labels: { alertname: "Queue" } }, 7, {}] });
    const custom = await createIntegration({
      teamId,
      provider: "custom",
      mapping: { events: "$.list", title: "name" },
    });
    await deliver(custom, { list: [{ name: "Queue" }, { title: "Queue" }] });
    for (const one of [sharded, alertmanager, custom]) await flushed(one);
    const groups = await until(async () => {
      const { data } = (await api<{ data: Group[] }>("GET", `/v1/deliveries/reasons?teamId=${teamId}`)).body;
      return data.reduce((total, { count }) => total + count, 0) === 8 && data;
    });
    expect(groups.map(({ reason, count }) => [reason, count]).toSorted()).toEqual([
      ["unreadable events: expected a JSON object", 6],
      ["unreadable events: expected an alert object", 1],
      ["unreadable events: the mapping's title returned no text", 1],
    ]);
  });

  it("advises to correct the mapping only for a body that the mapping could read", async () => {
    const custom = await createIntegration({ provider: "custom", mapping: { title: "subject" } });
    await deliver(custom, "not json");
    await deliver(custom, { name: "no subject" });
    await flushed(custom);
    const { body } = await api<{ data: Group[] }>("GET", `/v1/deliveries/reasons?integrationId=${custom.id}`);
    expect(body.data.map(({ remedy }) => remedy?.action).toSorted()).toEqual(["correct-body", "correct-mapping"]);
  });

  it("names the integrations of a reason, and counts the reasons beyond the limit", async () => {
    const teamId = await createTeam();
    const [first, second] = [await createIntegration({ teamId }), await createIntegration({ teamId })];
    for (const one of [first, second, second]) await deliver({ ...one, secret: "another one, wrong" }, { title: "x" });
    await deliver(first, "{", {});
    for (const one of [first, second]) await flushed(one);
    const read = async (limit: number) =>
      (await api<{ data: Group[]; total: number }>("GET", `/v1/deliveries/reasons?teamId=${teamId}&limit=${limit}`))
        .body;
    const { data, total } = await read(10);
    expect(data.map(({ count, integrationIds }) => [count, integrationIds.toSorted()])).toEqual([
      [3, [first.id, second.id].toSorted()],
      [1, [first.id]],
    ]);
    expect(total).toBe(2);
    expect(await read(1)).toMatchObject({ data: [{ count: 3 }], total: 2 });
  });
});
