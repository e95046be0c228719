import { beforeAll, describe, expect, it } from "vitest";
import { api, createIntegration, deliver, flushed, type TestIntegration } from "../../support/worker.ts";

interface Groups {
  data: {
    key: Record<string, string | null>;
    count: number;
    counts: { status: string; severity: string; count: number }[];
    lastSeenAt: string;
    exampleId: string;
  }[];
  isComplete: boolean;
}

describe("GET /v1/alerts/groups", () => {
  let integration: TestIntegration;
  const group = async (query: string) =>
    (await api<Groups>("GET", `/v1/alerts/groups?integrationId=${integration.id}&${query}`)).body;

  beforeAll(async () => {
    integration = await createIntegration();
    const send = (id: string, alertname: string | null, severity: string) =>
      deliver(integration, { id, title: id, severity, labels: alertname === null ? {} : { alertname } });
    await send("1", "DiskFull", "P1");
    await send("2", "DiskFull", "P1");
    await send("3", "DiskFull", "P3");
    await send("4", "Latency", "P3");
    await send("5", null, "P3");
    await deliver(integration, { id: "1", title: "1", status: "resolved" });
    await flushed(integration);
  });

  it("counts alerts by status and severity, the largest group first", async () => {
    const { data, isComplete } = await group("by=label.alertname,integrationId");
    expect(isComplete).toBe(true);
    expect(data[0]).toMatchObject({ key: { "label.alertname": "DiskFull", integrationId: integration.id }, count: 3 });
    expect(
      data
        .slice(1)
        .map(({ key, count }) => `${key["label.alertname"]} ${count}`)
        .toSorted(),
    ).toEqual(["Latency 1", "null 1"]);
    const severities = data[0]?.counts.toSorted((a, b) => (a.status + a.severity < b.status + b.severity ? -1 : 1));
    expect(severities).toEqual([
      { status: "OPEN", severity: "CRITICAL", count: 1 },
      { status: "OPEN", severity: "MEDIUM", count: 1 },
      { status: "RESOLVED", severity: "CRITICAL", count: 1 },
    ]);
  });

  it("groups only alerts that match the filter", async () => {
    const { data } = await group("by=alertKey&query=-status:resolved label.alertname:Disk*");
    expect(data.map(({ key }) => key.alertKey).toSorted()).toEqual(["2", "3"]);
  });

  it("says that there are more groups", async () => {
    expect(await group("by=alertKey&limit=2")).toMatchObject({ data: [{ count: 1 }, { count: 1 }], isComplete: false });
  });

  it.each(["by=title", "by=label.", "by=source,source", "by=source,teamId,status,severity,alertKey,externalId", ""])(
    "rejects %j",
    async (query) => {
      expect((await api("GET", `/v1/alerts/groups?${query}`)).status).toBe(400);
    },
  );
});
