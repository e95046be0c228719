import { beforeAll, describe, expect, it } from "vitest";
import type { TestIntegration } from "../../support/worker.ts";
import { am, filters, fire, type GettableAlert, newIntegration, newTeam, send, type Team } from "./fixtures.ts";

interface Group {
  labels: Record<string, string>;
  routeLabels: Record<string, string>;
  receiver: { name: string };
  alerts: GettableAlert[];
}

let team: Team;
let prometheus: TestIntegration;
let generic: TestIntegration;

const list = async (query = ""): Promise<Group[]> => {
  const { status, body } = await am<Group[]>(team, "GET", `/alerts/groups?${query}`);
  expect(status).toBe(200);
  return body;
};

beforeAll(async () => {
  team = await newTeam("Groups");
  prometheus = await newIntegration(team, "alertmanager");
  generic = await newIntegration(team, "generic");
  await fire(prometheus, [
    { labels: { alertname: "DiskFull", instance: "db-1" } },
    { labels: { alertname: "DiskFull", instance: "db-2" } },
    { labels: { alertname: "CpuHot", instance: "web-1" } },
  ]);
  await send(generic, { id: "k-1", title: "Checkout down" });
});

describe("GET /api/v2/alerts/groups", () => {
  it("groups the unresolved alerts by alertname and integration", async () => {
    const groups = await list();
    const receiver = { name: "Groups" };
    expect(groups).toMatchObject([
      { labels: { tocsin_integration: generic.id }, routeLabels: {}, receiver },
      { labels: { alertname: "CpuHot", tocsin_integration: prometheus.id }, routeLabels: {}, receiver },
      { labels: { alertname: "DiskFull", tocsin_integration: prometheus.id }, routeLabels: {}, receiver },
    ]);
    expect(groups.map(({ alerts }) => alerts.map(({ labels }) => labels.instance ?? "none").toSorted())).toEqual([
      ["none"],
      ["web-1"],
      ["db-1", "db-2"],
    ]);
    const { body } = await am<GettableAlert[]>(team, "GET", "/alerts");
    const own = ({ endsAt: _, ...alert }: GettableAlert) => alert;
    const byFingerprint = (alerts: GettableAlert[]) =>
      alerts.map(own).toSorted((one, other) => (one.fingerprint < other.fingerprint ? -1 : 1));
    expect(byFingerprint(groups.flatMap(({ alerts }) => alerts))).toEqual(byFingerprint(body));
  });

  it("leaves out groups without a matching alert", async () => {
    expect(
      (await list(filters('instance="db-1"'))).map(({ labels, alerts }) => [labels.alertname, alerts.length]),
    ).toEqual([["DiskFull", 1]]);
    expect(await list("receiver=tocsin")).toEqual([]);
    expect(await list("active=false&muted=false")).toEqual([]);
  });

  it("rejects an invalid matcher with a text as JSON", async () => {
    const { status, body } = await am<string>(team, "GET", "/alerts/groups?filter=x");
    expect([status, body]).toEqual([400, expect.stringContaining("bad matcher")]);
  });
});
