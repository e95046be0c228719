import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { connect } from "../../../src/db/client.ts";
import { alerts } from "../../../src/db/schema.ts";
import { alertsOf, api, flushed, type TestIntegration } from "../../support/worker.ts";
import { am, filters, fire, type GettableAlert, newIntegration, newTeam, send, type Team } from "./fixtures.ts";

let team: Team;
let prometheus: TestIntegration;
let generic: TestIntegration;

const list = async (query = "", by: Team = team): Promise<GettableAlert[]> => {
  const { status, body } = await am<GettableAlert[]>(by, "GET", `/alerts?${query}`);
  expect(status).toBe(200);
  return body;
};
const names = async (query: string) => (await list(query)).map(({ labels }) => labels.alertname ?? "none").toSorted();

beforeAll(async () => {
  team = await newTeam("Payments (EU)");
  prometheus = await newIntegration(team, "alertmanager");
  generic = await newIntegration(team, "generic");
  await fire(prometheus, [
    { labels: { alertname: "DiskFull", instance: "db-1", severity: "critical" }, annotations: { summary: "Full" } },
    { labels: { alertname: "CpuHot", instance: "web-1", severity: "warning", empty: "" } },
    { labels: { alertname: "Gone", instance: "web-2" }, status: "resolved" },
  ]);
  await send(generic, { id: "k-1", title: "Checkout down", description: "No orders", severity: "high", team: "shop" });
});

describe("GET /api/v2/alerts", () => {
  it("returns the unresolved alerts with all fields of Alertmanager", async () => {
    const disk = (await list()).find(({ labels }) => labels.alertname === "DiskFull");
    const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(disk).toEqual({
      labels: {
        alertname: "DiskFull",
        instance: "db-1",
        severity: "critical",
        tocsin_severity: "CRITICAL",
        tocsin_integration: prometheus.id,
        tocsin_alert_key: expect.any(String),
      },
      annotations: { summary: "Full" },
      receivers: [{ name: "Payments (EU)" }],
      fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
      startsAt: instant,
      updatedAt: instant,
      endsAt: instant,
      status: { state: "active", silencedBy: [], inhibitedBy: [], mutedBy: [] },
    });
    expect(Date.parse(disk?.endsAt ?? "")).toBeGreaterThan(Date.now());
  });

  it("gives alerts without annotations their title and description", async () => {
    const [checkout] = await list(filters(`tocsin_integration="${generic.id}"`));
    expect(checkout).toMatchObject({
      annotations: { summary: "Checkout down", description: "No orders" },
      labels: { team: "shop", tocsin_alert_key: "k-1", tocsin_severity: "HIGH" },
    });
  });

  it("is not stored by caches", async () => {
    const { headers } = await am(team, "GET", "/alerts");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("content-type")).toBe("application/json");
  });

  it.each([
    [[], ["CpuHot", "DiskFull", "none"]],
    [["alertname=DiskFull"], ["DiskFull"]],
    [["tocsin_severity=CRITICAL"], ["DiskFull"]],
    [["tocsin_severity=critical"], []],
    [["tocsin_severity=CRITICAL", "tocsin_severity=HIGH"], []],
    [["tocsin_integration=x"], []],
    [['alertname="DiskFull"', 'instance="db-1"'], ["DiskFull"]],
    [['alertname="DiskFull"', 'instance="db-2"'], []],
    [['alertname!="DiskFull"'], ["CpuHot", "none"]],
    [['instance=~"db-.*|web-1"'], ["CpuHot", "DiskFull"]],
    [['instance=~"db"'], []],
    [['instance!~"db-.*"'], ["CpuHot", "none"]],
    [['alertname=""'], ["none"]],
    [['alertname!=""'], ["CpuHot", "DiskFull"]],
    [['empty=""'], ["CpuHot", "DiskFull", "none"]],
    [['"tocsin_severity"=~"CRITICAL|HIGH"'], ["DiskFull", "none"]],
  ])("selects by the matchers %j", async (texts, expected) => {
    expect(await names(filters(...texts))).toEqual(expected);
  });

  it.each([
    ["active=true&silenced=false&inhibited=false&unprocessed=false", 3],
    ["active=false", 0],
    ["active=&silenced=&receiver=", 3],
    ["receiver=Payments.*", 3],
    ["receiver=Payments", 0],
    [`receiver=${encodeURIComponent("Payments \\(EU\\)")}`, 3],
    ["receiver=tocsin", 0],
  ])("selects by %s", async (query, count) => {
    expect(await list(query)).toHaveLength(count);
  });

  it("selects by the labels of receivers", async () => {
    expect(await list(`receiver_matchers=tocsin_team%3D${team.id}`)).toHaveLength(3);
    expect(await list(`receiver_matchers=tocsin_team%21%3D${team.id}`)).toHaveLength(0);
  });

  it.each([
    ["filter=alertname", /bad matcher/],
    ["filter=", /bad matcher/],
    [filters('alertname=~"("'), /regular expression/],
    ["receiver=(", /regular expression/],
    ["receiver_matchers=x", /bad matcher/],
    ["active=banana", /active/],
    ["filters=alertname%3DDiskFull", /Unknown query parameter `filters`/],
  ])("rejects %s with a text as JSON", async (query, text) => {
    const { status, body, headers } = await am<string>(team, "GET", `/alerts?${query}`);
    expect([status, headers.get("content-type")]).toEqual([400, "application/json"]);
    expect(body).toMatch(text);
  });

  it("keeps the fingerprint of an alert while its severity changes, and after a new episode", async () => {
    const integration = await newIntegration(team, "generic");
    const query = filters(`tocsin_integration="${integration.id}"`);
    const change = async (body: object) => {
      await send(integration, { id: "k", title: "Flapping", ...body });
      return (await list(query))[0];
    };
    const first = await change({ severity: "low" });
    const second = await change({ severity: "critical" });
    expect([first?.labels.tocsin_severity, second?.labels.tocsin_severity]).toEqual(["LOW", "CRITICAL"]);
    expect(second?.fingerprint).toBe(first?.fingerprint);
    expect(await change({ status: "resolved" })).toBeUndefined();
    expect((await change({ severity: "low", run: 2 }))?.fingerprint).toBe(first?.fingerprint);
  });

  it("gives alerts without a key different fingerprints", async () => {
    const integration = await newIntegration(team, "generic");
    for (const run of [1, 2]) await send(integration, { title: "Same", run });
    const [one, other] = await list(filters(`tocsin_integration="${integration.id}"`));
    expect(one?.labels.tocsin_alert_key).toBeUndefined();
    expect(one?.fingerprint).not.toBe(other?.fingerprint);
  });

  it("returns every alert of a list that is longer than a page", async () => {
    const crowd = await newTeam("Crowd");
    const integration = await newIntegration(crowd, "alertmanager");
    const labels = Array.from({ length: 450 }, (_, i) => ({ alertname: `A${i % 3}`, instance: `host-${i}` }));
    await fire(
      integration,
      labels.map((own) => ({ labels: own })),
    );
    const instances = (await list("", crowd)).map((alert) => alert.labels.instance);
    expect(instances.toSorted()).toEqual(labels.map(({ instance }) => instance).toSorted());
    expect(await list(filters('alertname="A1"'), crowd)).toHaveLength(150);
  });

  it("shows acknowledged alerts as active, and snoozed ones as suppressed until the snooze ends", async () => {
    const integration = await newIntegration(team, "generic");
    await send(integration, { id: "k", title: "Work" });
    const query = filters(`tocsin_integration="${integration.id}"`);
    const [alert] = await alertsOf(integration);
    expect((await api("PATCH", `/v1/alerts/${alert?.id}`, { status: "ACKNOWLEDGED" })).status).toBe(200);
    await flushed(integration);
    expect((await list(query))[0]?.status.state).toBe("active");
    const snooze = (until: Date) =>
      connect(env)
        .update(alerts)
        .set({ snoozedUntil: until })
        .where(eq(alerts.id, alert?.id ?? ""));
    await snooze(new Date(Date.now() + 60_000));
    expect((await list(query))[0]?.status).toEqual({
      state: "suppressed",
      silencedBy: [],
      inhibitedBy: [],
      mutedBy: ["snooze"],
    });
    expect(await list(`${query}&silenced=false`)).toEqual([]);
    expect(await list(`${query}&active=false`)).toHaveLength(1);
    await snooze(new Date(Date.now() - 1));
    expect(await list(`${query}&silenced=false`)).toHaveLength(1);
  });
});
