import { beforeAll, describe, expect, it } from "vitest";
import { type Alert, api, createIntegration, deliver, flushed } from "../../support/worker.ts";

interface Entry {
  id: string;
  type: string;
}

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

  describe("of an alert with entries of several types", () => {
    const OLDEST_FIRST = ["CREATED", "REPEATED", "ACKNOWLEDGED", "REPEATED", "RESOLVED", "STALE"];
    let path: string;

    beforeAll(async () => {
      const integration = await createIntegration();
      const at = (minute: number) => `2026-10-01T10:0${minute}:00Z`;
      const { body } = await deliver(integration, { id: "k", title: "x", timestamp: at(0) });
      for (const event of [
        { severity: "high", timestamp: at(1) },
        { status: "ack", timestamp: at(2) },
        { severity: "low", timestamp: at(3) },
        { status: "resolved", timestamp: at(5) },
        // It changes no version: its id orders it.
        { severity: "info", timestamp: at(4) },
      ])
        await deliver(integration, { id: "k", title: "x", ...event });
      await flushed(integration);
      path = `/v1/alerts/${body.alerts[0]?.id}/timeline`;
    });

    const list = async (query: string) =>
      (await api<Page<Entry>>("GET", `${path}?${query}`)).body.data.map(({ type }) => type);

    /** All pages of a list. */
    async function everyPage(query: string): Promise<Entry[]> {
      const entries: Entry[] = [];
      let cursor = "";
      do {
        const { status, body } = await api<Page<Entry>>("GET", `${path}?${query}&limit=2${cursor}`);
        expect(status).toBe(200);
        entries.push(...body.data);
        cursor = body.nextCursor === null ? "" : `&cursor=${body.nextCursor}`;
      } while (cursor !== "");
      return entries;
    }

    it("lists them in both orders, without a gap or a repetition between pages", async () => {
      expect(await list("")).toEqual(OLDEST_FIRST);
      expect(await list("order=asc")).toEqual(OLDEST_FIRST);
      expect(await list("order=desc")).toEqual(OLDEST_FIRST.toReversed());
      const [up, down] = await Promise.all([everyPage("order=asc"), everyPage("order=desc")]);
      expect(up.map(({ type }) => type)).toEqual(OLDEST_FIRST);
      expect(new Set(up.map(({ id }) => id)).size).toBe(OLDEST_FIRST.length);
      expect(down).toEqual(up.toReversed());
    });

    it("lists the entries of one type or of several, also page by page", async () => {
      expect(await list("type=RESOLVED")).toEqual(["RESOLVED"]);
      expect(await list("type=NOTED")).toEqual([]);
      expect(await list("type=REPEATED&type=STALE&order=desc")).toEqual(["STALE", "REPEATED", "REPEATED"]);
      const pages = await everyPage("type=REPEATED&type=CREATED&order=desc");
      expect(pages.map(({ type }) => type)).toEqual(["REPEATED", "REPEATED", "CREATED"]);
    });

    it("keeps order and types in the link to the next page", async () => {
      const { headers } = await api("GET", `${path}?order=desc&type=REPEATED&limit=1`);
      const next = new URL(/<([^>]+)>; rel="next"/.exec(headers.get("link") ?? "")?.[1] ?? "");
      const { body } = await api<Page<Entry>>("GET", next.pathname + next.search);
      expect(body.data.map(({ type }) => type)).toEqual(["REPEATED"]);
      expect(body.nextCursor).toBeNull();
    });

    it.each(["order=newest", "order=", "type=GONE", "type=resolved", "type=RESOLVED&type=GONE", "sort=asc"])(
      "rejects an unknown value or parameter: %s",
      async (query) => {
        const { status, body } = await api<{ errors: { pointer: string }[] }>("GET", `${path}?${query}`);
        expect(status).toBe(400);
        expect(body.errors[0]?.pointer.split("/")[1]).toBe(query.split("=")[0]);
      },
    );
  });
});
