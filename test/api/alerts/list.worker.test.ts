import { beforeAll, describe, expect, it } from "vitest";
import { type Alert, api, createIntegration, deliver, flushed, type TestIntegration } from "../../support/worker.ts";

interface Page {
  data: Alert[];
  nextCursor: string | null;
}

describe("the filters of GET /v1/alerts", () => {
  let integration: TestIntegration;
  const titles = async (query: string) => {
    const { status, body } = await api<Page>("GET", `/v1/alerts?integrationId=${integration.id}&${query}`);
    expect(status).toBe(200);
    return body.data.map((alert) => alert.title);
  };

  beforeAll(async () => {
    integration = await createIntegration();
    const send = (body: object) => deliver(integration, body);
    await send({ id: "1", title: "Disk 100% full", severity: "P1", timestamp: "2026-10-01T10:00:00Z" });
    const description = "disk too";
    await send({ id: "2", title: "CPU hot", description, severity: "P3", timestamp: "2026-10-01T11:00:00Z" });
    await send({ id: "3", title: "Network", severity: "P5", timestamp: "2026-10-01T12:00:00Z" });
    await send({ id: "3", title: "Network", status: "resolved" });
    await flushed(integration);
  });

  it.each([
    ["", ["Network", "CPU hot", "Disk 100% full"]],
    ["status=OPEN", ["CPU hot", "Disk 100% full"]],
    ["status=OPEN&status=RESOLVED&severity=INFO&severity=CRITICAL", ["Network", "Disk 100% full"]],
    ["q=DISK", ["CPU hot", "Disk 100% full"]],
    [`q=${encodeURIComponent("0%")}`, ["Disk 100% full"]],
    [`q=${encodeURIComponent("%_")}`, []],
    ["since=2026-10-01T11:00:00Z&until=2026-10-01T12:00:00Z", ["CPU hot"]],
    [`since=${encodeURIComponent("2026-10-01T14:00:00+02:00")}`, ["Network"]],
    [`teamId=${crypto.randomUUID()}`, []],
  ])("select by %j", async (query, expected) => {
    expect(await titles(query)).toEqual(expected);
  });
});

describe("the pages of GET /v1/alerts", () => {
  /** Reads all pages of an integration's alerts. `afterPage` runs after each. */
  async function readAll(integration: TestIntegration, limit: number, afterPage = async () => {}): Promise<string[]> {
    const ids: string[] = [];
    for (let cursor: string | null = ""; cursor !== null;) {
      const query: string = cursor && `&cursor=${cursor}`;
      const path = `/v1/alerts?integrationId=${integration.id}&limit=${limit}${query}`;
      const { body } = await api<Page>("GET", path);
      ids.push(...body.data.map(({ id }) => id));
      cursor = body.nextCursor;
      await afterPage();
    }
    return ids;
  }

  it("show each alert that existed at the first page once, while a thousand alerts of equal times arrive", async () => {
    const integration = await createIntegration();
    let sent = 0;
    const sendHundred = async () => {
      const timestamp = "2026-10-01T12:00:00Z";
      const batch = Array.from({ length: 100 }, (_, at) => ({ id: `k${sent + at}`, title: "x", timestamp }));
      await deliver(integration, batch);
      await flushed(integration);
      sent += 100;
    };
    await sendHundred();
    await sendHundred();
    const existing = new Set(await readAll(integration, 9));
    expect(existing.size).toBe(200);

    const seen = await readAll(integration, 9, async () => {
      if (sent < 1200) await sendHundred();
    });
    expect(sent).toBe(1200);
    expect(seen.filter((id) => existing.has(id)).toSorted()).toEqual([...existing].toSorted());
    expect(new Set(seen).size).toBe(seen.length);
  });
});
