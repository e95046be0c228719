/** Large deliveries are stored: none is answered 503 on every retry. */
import { describe, expect, it } from "vitest";
import { rawPayload } from "../support/payload.ts";
import { alertsOf, api, createIntegration, deliveriesOf, deliverWithToken, flushed } from "../support/worker.ts";

const many = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

const group = (alerts: unknown[], fields: object) => ({
  version: "4",
  status: "firing",
  receiver: "tocsin",
  externalURL: "https://alertmanager.example.com",
  ...fields,
  alerts,
});

describe("a delivery whose events share large fields", () => {
  it("is accepted: a group of 3,500 alerts with a key of 12,000 characters", async () => {
    const integration = await createIntegration({ provider: "alertmanager", verification: { scheme: "token" } });
    const alerts = many(3500, (i) => ({ status: "firing", labels: { alertname: "Disk", instance: `db-${i}` } }));
    const reply = await deliverWithToken(integration, group(alerts, { groupKey: "g".repeat(12_000) }));
    expect([reply.status, reply.body.alerts?.length]).toEqual([202, 3500]);
    await flushed(integration);
    const found = await api<{ data: unknown[] }>(
      "GET",
      `/v1/alerts?integrationId=${integration.id}&label.instance=db-3499`,
    );
    expect(found.body.data).toMatchObject([{ metadata: { omitted: ["groupKey"] } }]);
  });
});

describe("an alert with giant labels", () => {
  it("is found by its short labels", async () => {
    const integration = await createIntegration({ provider: "alertmanager", verification: { scheme: "token" } });
    const labels = Object.fromEntries(many(1500, (i) => [`label_${i}`, "x".repeat(60)]));
    const body = group([{ status: "firing", labels: { ...labels, alertname: "BigOne" } }], { groupKey: "k" });
    expect((await deliverWithToken(integration, body)).status).toBe(202);
    await alertsOf(integration);
    const path = `/v1/alerts?integrationId=${integration.id}&label.alertname=BigOne`;
    expect((await api<{ data: unknown[] }>("GET", path)).body.data).toHaveLength(1);
  });
});

describe("a delivery with 10,000 events in a body of almost 1 MiB", () => {
  it("is accepted and stored", async () => {
    const integration = await createIntegration({ verification: { scheme: "token" } });
    const events = many(10_000, (i) => ({ id: `${"鍵".repeat(25)}${i}`, title: "警" }));
    const reply = await deliverWithToken(integration, events);
    expect([reply.status, reply.body.alerts.length]).toEqual([202, 10_000]);
    expect((await deliverWithToken(integration, events)).status).toBe(200);
    const stored = await deliveriesOf(integration);
    expect(stored.map(({ status }) => status)).toEqual(["DUPLICATE", "ACCEPTED"]);
    expect(JSON.parse(new TextDecoder().decode(await rawPayload(stored[1]!.id)))).toEqual(events);
  });
});

describe("a search", () => {
  it("ignores spaces around it, and the Unicode form of the title", async () => {
    const integration = await createIntegration({ verification: { scheme: "token" } });
    await deliverWithToken(integration, { id: "a", title: "CPU of the Bu\u0308ro" });
    await alertsOf(integration);
    for (const query of ["  CPU  ", "B\u00fcro", "Bu\u0308ro"]) {
      const path = `/v1/alerts?integrationId=${integration.id}&query=${encodeURIComponent(query)}`;
      expect([query, (await api<{ data: unknown[] }>("GET", path)).body.data.length]).toEqual([query, 1]);
    }
  });
});
