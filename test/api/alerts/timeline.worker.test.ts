import { describe, expect, it } from "vitest";
import { type Alert, api, createIntegration, deliver, flushed } from "../../support/worker.ts";

interface Page<Item> {
  data: Item[];
  nextCursor: string | null;
}

describe("GET /v1/alerts/{id}/timeline", () => {
  it("lists the entries of an alert in the order in which they took effect, page by page", async () => {
    const integration = await createIntegration();
    const { body } = await deliver(integration, {
      id: "k",
      title: "x",
      severity: "low",
      timestamp: "2026-10-01T10:00:00Z",
    });
    await deliver(integration, { id: "k", title: "x", severity: "high", timestamp: "2026-10-01T10:05:00Z" });
    await deliver(integration, { id: "k", title: "x", status: "ack", timestamp: "2026-10-01T10:06:00Z" });
    await deliver(integration, { id: "k", title: "x", status: "resolved", timestamp: "2026-10-01T10:10:00Z" });
    await deliver(integration, { id: "k", title: "late", timestamp: "2026-10-01T10:07:00Z" });
    await flushed(integration);
    const alertId = body.alerts[0]?.id;
    const path = `/v1/alerts/${alertId}/timeline`;
    const timeline = await api<Page<Record<string, unknown>>>("GET", path);
    expect(timeline.body.data.map(({ type }) => type)).toEqual([
      "CREATED",
      "REPEATED",
      "ACKNOWLEDGED",
      "RESOLVED",
      "STALE",
    ]);
    expect(timeline.body.data[1]).toMatchObject({
      alertId,
      actor: { type: "source", id: null, name: null },
      occurredAt: "2026-10-01T10:05:00.000Z",
      changes: { severity: { from: "LOW", to: "HIGH" }, occurrences: { from: 1, to: 2 } },
    });
    expect((await api<Alert>("GET", `/v1/alerts/${alertId}`)).body).toMatchObject({
      status: "RESOLVED",
      title: "x",
      severity: "HIGH",
      occurrences: 2,
      version: 4,
      triggeredAt: "2026-10-01T10:00:00.000Z",
      acknowledgedAt: "2026-10-01T10:06:00.000Z",
      resolvedAt: "2026-10-01T10:10:00.000Z",
      closedAt: null,
    });
    const first = await api<Page<{ id: string }>>("GET", `${path}?limit=2`);
    const rest = await api<Page<{ id: string }>>("GET", `${path}?cursor=${first.body.nextCursor}`);
    expect([...first.body.data, ...rest.body.data].map(({ id }) => id)).toEqual(timeline.body.data.map(({ id }) => id));
  });
});
