import { beforeAll, describe, expect, it } from "vitest";
import { api, call, createIntegration, deliver, flushed, type TestIntegration } from "../../support/worker.ts";

interface Histogram {
  since: string;
  until: string;
  intervalSeconds: number;
  data: { at: string; triggered: number; resolved: number }[];
  isComplete: boolean;
}

const MINUTE = 60_000;
const ago = (minutes: number) => new Date(Date.now() - minutes * MINUTE).toISOString();

describe("GET /v1/alerts/histogram", () => {
  let integration: TestIntegration;
  const read = async (query = "") =>
    (await api<Histogram>("GET", `/v1/alerts/histogram?integrationId=${integration.id}&${query}`)).body;
  const sums = ({ data }: Histogram) => ({
    triggered: data.reduce((sum, one) => sum + one.triggered, 0),
    resolved: data.reduce((sum, one) => sum + one.resolved, 0),
  });

  beforeAll(async () => {
    integration = await createIntegration();
    const fire = (id: string, severity: string, at: string) =>
      deliver(integration, { id, title: id, severity, timestamp: at });
    await fire("now", "critical", ago(1));
    await fire("an hour ago", "low", ago(90));
    await fire("long ago", "low", ago(5 * 24 * 60));
    await deliver(integration, { id: "an hour ago", title: "an hour ago", status: "resolved" });
    await deliver(integration, { id: "long ago", title: "long ago", status: "resolved" });
    await flushed(integration);
  });

  it.each(["since=0001-01-01T00:00:00Z", "since=2026-01-01T00:00:00Z&until=9999-12-31T23:59:59Z"])(
    "counts over any range: %s",
    async (query) => {
      expect(sums(await read(query))).toEqual({ triggered: 3, resolved: 2 });
    },
  );

  it("counts the last day by default, in every interval, also alerts that were triggered earlier and resolved in it", async () => {
    const histogram = await read();
    expect(histogram).toMatchObject({ intervalSeconds: 1800, isComplete: true });
    expect(histogram.data.length).toBeGreaterThanOrEqual(48);
    expect(sums(histogram)).toEqual({ triggered: 2, resolved: 2 });
    const filled = histogram.data.filter(({ triggered }) => triggered > 0);
    expect(filled.map(({ triggered }) => triggered)).toEqual([1, 1]);
    expect(Date.parse(histogram.data[0]?.at ?? "")).toBe(Date.parse(histogram.since));
  });

  it("counts the time range of the query, with its other conditions", async () => {
    expect(sums(await read("query=since:7d"))).toEqual({ triggered: 3, resolved: 2 });
    expect(sums(await read("query=severity:critical"))).toEqual({ triggered: 1, resolved: 0 });
    expect(sums(await read(`since=${ago(120)}&until=${ago(60)}`))).toEqual({ triggered: 1, resolved: 0 });
    const hour = await read("query=since:1h&maxIntervals=4");
    expect(hour.intervalSeconds).toBeGreaterThanOrEqual(900);
    expect(hour.data.length).toBeLessThanOrEqual(4);
  });

  it("contains no muted alerts, unless they are asked for", async () => {
    const [{ id } = { id: "" }] = (
      await api<{ data: { id: string }[] }>("GET", `/v1/alerts?integrationId=${integration.id}&status=OPEN`)
    ).body.data;
    await api("PATCH", `/v1/alerts/${id}`, { snoozedUntil: new Date(Date.now() + 60 * MINUTE).toISOString() });
    await flushed(integration);
    expect(sums(await read()).triggered).toBe(1);
    expect(sums(await read("muted=any")).triggered).toBe(2);
    expect(sums(await read("query=muted:true")).triggered).toBe(1);
    await api("PATCH", `/v1/alerts/${id}`, { snoozedUntil: null });
    await flushed(integration);
  });

  it("shows nothing of other teams", async () => {
    const { body: team } = await api<{ id: string }>("POST", "/v1/teams", { name: "Elsewhere" });
    const { body } = await api<{ key: string }>("POST", "/v1/api-keys", {
      name: "theirs",
      scopes: ["alerts:read"],
      teamId: team.id,
    });
    const theirs = await call<Histogram>("GET", "/v1/alerts/histogram", {
      headers: { authorization: `Bearer ${body.key}` },
    });
    expect(sums(theirs.body)).toEqual({ triggered: 0, resolved: 0 });
  });

  it.each([
    ["until=0001-01-01T00:00:00Z", "/since"],
    ["since=2026-02-01T00:00:00Z&until=2026-01-01T00:00:00Z", "/since"],
    ["maxIntervals=0", "/maxIntervals"],
  ])("rejects %s", async (query, pointer) => {
    const { status, body } = await api("GET", `/v1/alerts/histogram?${query}`);
    expect(status).toBe(400);
    expect(body).toMatchObject({ errors: [{ pointer }] });
  });
});
