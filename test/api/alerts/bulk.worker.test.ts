import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { newId } from "../../../src/lib/ids.ts";
import {
  type Alert,
  api,
  call,
  createIntegration,
  deliver,
  flushed,
  type TestIntegration,
} from "../../support/worker.ts";

const send = async (integration: TestIntegration, body: object): Promise<string> => {
  const reply = await deliver(integration, { title: "Disk full", ...body });
  await flushed(integration);
  return reply.body.alerts[0]?.id ?? "";
};

interface Bulk {
  results: {
    id: string;
    outcome: string;
    status: string | null;
    version: number | null;
    previous?: { status: string; snoozedUntil: string | null };
  }[];
  changed: number;
  isComplete: boolean;
}

describe("POST /v1/alerts/bulk", () => {
  it("changes alerts by id, each with its own result", async () => {
    const [one, other] = [await createIntegration(), await createIntegration()];
    const keys = ["a", "c", "d"];
    const ids = [await send(other, { id: "b" }), ...(await Promise.all(keys.map((id) => send(one, { id }))))];
    await api("PATCH", `/v1/alerts/${ids[2]}`, { status: "CLOSED" });
    await api("PATCH", `/v1/alerts/${ids[3]}`, { status: "RESOLVED" });
    const unknown = newId();
    const { status, body } = await api<Bulk>("POST", "/v1/alerts/bulk", { ids: [...ids, unknown], status: "RESOLVED" });
    expect(status).toBe(200);
    expect(body).toMatchObject({ changed: 2, isComplete: true });
    expect(body.results.map(({ id, outcome, status: now }) => [id, outcome, now])).toEqual([
      [ids[0], "changed", "RESOLVED"],
      [ids[1], "changed", "RESOLVED"],
      [ids[2], "conflict", "CLOSED"],
      [ids[3], "unchanged", "RESOLVED"],
      [unknown, "not-found", null],
    ]);
  });

  it("adds a note to alerts, and says of each whether anything else changed", async () => {
    const integration = await createIntegration();
    const ids = [await send(integration, { id: "a" }), await send(integration, { id: "b" })];
    const noted = await api<Bulk>("POST", "/v1/alerts/bulk", { ids, note: "storm" });
    expect(noted.body).toMatchObject({ changed: 0, results: ids.map((id) => ({ id, outcome: "noted", version: 1 })) });
    await api("PATCH", `/v1/alerts/${ids[0]}`, { status: "ACKNOWLEDGED" });
    const { body } = await api<Bulk>("POST", "/v1/alerts/bulk", { ids, status: "ACKNOWLEDGED", note: "mine" });
    expect(body.results.map(({ outcome }) => outcome)).toEqual(["noted", "changed"]);
    for (const id of ids) {
      const timeline = await api<{ data: { note: string | null }[] }>("GET", `/v1/alerts/${id}/timeline`);
      expect(timeline.body.data.map(({ note }) => note).filter(Boolean)).toEqual(["storm", "mine"]);
    }
  });

  it("snoozes the unresolved alerts of a selection, and ends their snooze", async () => {
    const integration = await createIntegration();
    const ids = [await send(integration, { id: "a" }), await send(integration, { id: "b" })];
    await api("PATCH", `/v1/alerts/${ids[1]}`, { status: "RESOLVED" });
    const snoozedUntil = new Date(Date.now() + 3_600_000).toISOString();
    const filter = { integrationId: integration.id };
    const outcomes = async (fields: object) => {
      const { body } = await api<Bulk>("POST", "/v1/alerts/bulk", fields);
      return ids.map((id) => body.results.find((result) => result.id === id)?.outcome);
    };
    expect(await outcomes({ filter, snoozedUntil })).toEqual(["changed", "conflict"]);
    expect((await api<Alert>("GET", `/v1/alerts/${ids[0]}`)).body).toMatchObject({ snoozedUntil });
    // A filter leaves out alerts that are snoozed already.
    expect(await outcomes({ filter, snoozedUntil })).toEqual([undefined, "conflict"]);
    expect(await outcomes({ ids, snoozedUntil })).toEqual(["unchanged", "conflict"]);
    expect(await outcomes({ ids, snoozedUntil: null })).toEqual(["changed", "unchanged"]);
  });

  it("says what the changed alerts were before, also the snooze that the change ended", async () => {
    const integration = await createIntegration();
    const ids = [await send(integration, { id: "a" }), await send(integration, { id: "b" })];
    const snoozedUntil = new Date(Date.now() + 3_600_000).toISOString();
    await api("PATCH", `/v1/alerts/${ids[0]}`, { status: "ACKNOWLEDGED", snoozedUntil });
    const filter = { integrationId: integration.id, muted: true };
    const { body } = await api<Bulk>("POST", "/v1/alerts/bulk", { filter, status: "RESOLVED" });
    expect(body.results).toMatchObject([{ id: ids[0], previous: { status: "ACKNOWLEDGED", snoozedUntil } }]);
    const both = await api<Bulk>("POST", "/v1/alerts/bulk", { ids, status: "RESOLVED" });
    expect(both.body.results.map(({ outcome, previous }) => [outcome, previous])).toEqual([
      ["unchanged", undefined],
      ["changed", { status: "OPEN", snoozedUntil: null }],
    ]);
  });

  it("changes the alerts that match a filter", async () => {
    const integration = await createIntegration();
    for (const id of ["a", "b", "c"])
      await send(integration, { id, severity: id === "c" ? "low" : "high", service: "s" });
    const filter = { integrationId: integration.id, severity: ["HIGH"], labels: { service: "s" } };
    const { body } = await api<Bulk>("POST", "/v1/alerts/bulk", { filter, status: "ACKNOWLEDGED", note: "storm" });
    expect([body.changed, body.isComplete, body.results.length]).toEqual([2, true, 2]);
    const left = await api<{ data: Alert[] }>("GET", `/v1/alerts?integrationId=${integration.id}&status=OPEN`);
    expect(left.body.data.map(({ severity }) => severity)).toEqual(["LOW"]);
  });

  it("changes only alerts that are still as expected, in order with the events of their source", async () => {
    const integration = await createIntegration();
    const keys = ["a", "b"];
    const ids = await Promise.all(keys.map((id) => send(integration, { id })));
    await api("POST", "/v1/alerts/bulk", { ids, status: "ACKNOWLEDGED" });
    // Postgres need not have the resolve when the change arrives.
    await deliver(integration, { id: "a", title: "Disk full", status: "resolved" });
    const undo = { ids, status: "OPEN", onlyIf: { status: "ACKNOWLEDGED" } };
    const { body } = await api<Bulk>("POST", "/v1/alerts/bulk", undo);
    expect(body).toMatchObject({
      changed: 1,
      results: [
        { id: ids[0], outcome: "conflict", status: "RESOLVED", detail: "The alert is RESOLVED, not ACKNOWLEDGED." },
        { id: ids[1], outcome: "changed", status: "OPEN" },
      ],
    });
    const timeline = await api<{ data: { type: string }[] }>("GET", `/v1/alerts/${ids[0]}/timeline`);
    expect(timeline.body.data.map(({ type }) => type)).toEqual(["CREATED", "ACKNOWLEDGED", "RESOLVED"]);
  });

  it("changes only alerts whose status the caller set last, and the source has not confirmed since", async () => {
    const integration = await createIntegration();
    const ids = [await send(integration, { id: "a" }), await send(integration, { id: "b" })];
    await api("POST", "/v1/alerts/bulk", { ids, status: "RESOLVED" });
    const resolved = await deliver(integration, { id: "a", title: "Disk full", status: "resolved" });
    expect(resolved.body.alerts).toMatchObject([{ outcome: "ignored" }]);
    const undo = { ids, status: "OPEN", onlyIf: { status: "RESOLVED", statusSetBy: "caller" } };
    const { body } = await api<Bulk>("POST", "/v1/alerts/bulk", undo);
    const detail = "The status was last set or confirmed by the source, not by the caller.";
    expect(body.results).toMatchObject([
      { id: ids[0], outcome: "conflict", status: "RESOLVED", version: 2, detail },
      { id: ids[1], outcome: "changed", status: "OPEN" },
    ]);
    const timeline = await api<{ data: { type: string }[] }>("GET", `/v1/alerts/${ids[0]}/timeline`);
    expect(timeline.body.data.map(({ type }) => type)).toEqual(["CREATED", "RESOLVED"]);
  });

  it("changes only alerts that still have the expected snooze", async () => {
    const integration = await createIntegration();
    const ids = [await send(integration, { id: "a" }), await send(integration, { id: "b" })];
    const [mine, other] = [1, 2].map((hours) => new Date(Date.now() + hours * 3_600_000).toISOString());
    await api("POST", "/v1/alerts/bulk", { ids, snoozedUntil: mine });
    await api("PATCH", `/v1/alerts/${ids[1]}`, { snoozedUntil: other });
    const undo = { ids, snoozedUntil: null, onlyIf: { snoozedUntil: mine } };
    const { body } = await api<Bulk>("POST", "/v1/alerts/bulk", undo);
    expect(body.results.map(({ outcome }) => outcome)).toEqual(["changed", "conflict"]);
    expect((await api<Alert>("GET", `/v1/alerts/${ids[1]}`)).body).toMatchObject({ snoozedUntil: other });
  });

  it.each([
    [{ status: "CLOSED" }],
    [{ status: "CLOSED", ids: [newId()], onlyIf: {} }],
    [{ status: "CLOSED", ids: [newId()], onlyIf: { severity: "HIGH" } }],
    [{ ids: [newId()], onlyIf: { status: "OPEN" } }],
    [{ status: "CLOSED", filter: {} }],
    [{ status: "CLOSED", filter: { labels: {} } }],
    [{ status: "CLOSED", filter: { muted: false } }],
    [{ status: "CLOSED", filter: { labels: {}, query: " " } }],
    [{ status: "CLOSED", ids: [] }],
    [{ status: "CLOSED", ids: [newId()], filter: { query: "x" } }],
    [{ ids: [newId()] }],
  ])("rejects %j", async (body) => {
    expect((await api("POST", "/v1/alerts/bulk", body)).status).toBe(400);
  });

  it("runs once for one Idempotency-Key", async () => {
    const integration = await createIntegration();
    const id = await send(integration, { id: "a" });
    const request = () =>
      call<Bulk>("POST", "/v1/alerts/bulk", {
        headers: {
          authorization: `Bearer ${env.ROOT_API_KEY}`,
          "content-type": "application/json",
          "idempotency-key": id,
        },
        body: JSON.stringify({ ids: [id], status: "RESOLVED" }),
      });
    const [first, second] = [await request(), await request()];
    expect(second.body).toEqual(first.body);
    expect([first.headers.get("idempotency-replayed"), second.headers.get("idempotency-replayed")]).toEqual([
      null,
      "true",
    ]);
  });
});
