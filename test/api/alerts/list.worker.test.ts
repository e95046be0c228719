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
    ["query=DISK", ["CPU hot", "Disk 100% full"]],
    [`query=${encodeURIComponent("0%")}`, ["Disk 100% full"]],
    [`query=${encodeURIComponent("%_")}`, []],
    ["since=2026-10-01T11:00:00Z&until=2026-10-01T12:00:00Z", ["CPU hot"]],
    [`since=${encodeURIComponent("2026-10-01T14:00:00+02:00")}`, ["Network"]],
    [`teamId=${crypto.randomUUID()}`, []],
    ["alertKey=2", ["CPU hot"]],
    ["externalId=nothing", []],
    ["source=nothing", []],
    ["acknowledgedBy=nobody", []],
    ["query=", ["Network", "CPU hot", "Disk 100% full"]],
    ["query=status:open severity:critical,high", ["Disk 100% full"]],
    ["query=-status:resolved -disk", []],
    ['query="100% full"', ["Disk 100% full"]],
    ["query=key:1,2 -key:1*", ["CPU hot"]],
    ["query=since:2026-10-01T11:00:00Z until:2026-10-01T12:00:00Z", ["CPU hot"]],
    ["query=status:open&status=RESOLVED", []],
    ["sort=severity", ["Disk 100% full", "CPU hot", "Network"]],
    ["sort=lastSeenAt", ["Network", "CPU hot", "Disk 100% full"]],
  ])("select by %j", async (query, expected) => {
    expect(await titles(query)).toEqual(expected);
  });
});

describe("the query of GET /v1/alerts", () => {
  const find = async (query: string) => {
    const { status, body } = await api<Page & Problem>("GET", `/v1/alerts?query=${encodeURIComponent(query)}`);
    return { status, body, titles: body.data?.map(({ title }) => title) };
  };

  it("names integrations and teams", async () => {
    const { body: team } = await api<{ id: string }>("POST", "/v1/teams", { name: "Night Shift" });
    const integration = await createIntegration({ name: "Prod EU 7", teamId: team.id });
    const other = await createIntegration({ name: "Prod US 7", teamId: team.id });
    await deliver(integration, { id: "eu", title: "in Europe" });
    await deliver(other, { id: "us", title: "in America" });
    await flushed(integration);
    await flushed(other);
    expect((await find('integration:"prod eu 7"')).titles).toEqual(["in Europe"]);
    expect((await find(`integration:${other.id}`)).titles).toEqual(["in America"]);
    expect((await find('team:"night shift" -integration:"Prod E"*')).titles).toEqual(["in America"]);
    expect((await find('team:night* integration:"Prod EU 7","Prod US 7" key:eu')).titles).toEqual(["in Europe"]);
    expect((await find('team:"Night Shift" -team:night*')).titles).toEqual([]);
    expect((await find("integration:unknown")).titles).toEqual([]);
  });

  it("is rejected with the position of the fault", async () => {
    const { status, body } = await find("disk severity:urgent");
    expect(status).toBe(400);
    expect(body).toMatchObject({
      type: "urn:tocsin:problem:invalid-request",
      detail: "Invalid `query` at offset 14: unknown value `urgent`; use critical, high, medium, low, info.",
      errors: [
        {
          pointer: "/query",
          detail: "at offset 14: unknown value `urgent`; use critical, high, medium, low, info",
          offset: 14,
        },
      ],
    });
  });

  it.each([
    "/v1/alerts/counts",
    "/v1/alerts/groups?by=source",
    "/v1/alerts/export",
    "/v1/timeline",
    "/v1/deliveries",
    "/v1/deliveries/reasons",
  ])("is understood by %s", async (path) => {
    const query = (text: string) => `${path}${path.includes("?") ? "&" : "?"}query=${encodeURIComponent(text)}`;
    expect((await api("GET", query("title*"))).status).toBe(200);
    expect((await api("GET", query("nonsense:x"))).status).toBe(400);
  });

  it("selects the alerts of a bulk change", async () => {
    const integration = await createIntegration();
    await deliver(integration, { id: "a", title: "first" });
    await deliver(integration, { id: "b", title: "second" });
    await flushed(integration);
    const filter = { integrationId: integration.id, query: "-key:a" };
    const { body } = await api<{ changed: number }>("POST", "/v1/alerts/bulk", { filter, status: "ACKNOWLEDGED" });
    expect(body.changed).toBe(1);
  });
});

interface Problem {
  type: string;
  detail: string;
  errors: unknown[];
}

describe("both directions of GET /v1/alerts", () => {
  it.each(["triggeredAt", "lastSeenAt", "severity"])("lead to the same pages, sorted by %s", async (sort) => {
    const integration = await createIntegration();
    const batch = Array.from({ length: 17 }, (_, at) => ({
      id: `k${at}`,
      title: `t${at}`,
      severity: `P${(at % 5) + 1}`,
      timestamp: `2026-10-01T1${at % 3}:00:00Z`,
    }));
    await deliver(integration, batch);
    await flushed(integration);
    const read = async (cursor: string | null) => {
      const path = `/v1/alerts?integrationId=${integration.id}&limit=5&sort=${sort}${cursor === null ? "" : `&cursor=${cursor}`}`;
      return api<Page & { previousCursor: string | null }>("GET", path);
    };
    const forward: string[][] = [];
    let last: Awaited<ReturnType<typeof read>>;
    for (let cursor: string | null = null; ;) {
      last = await read(cursor);
      forward.push(last.body.data.map(({ id }) => id));
      cursor = last.body.nextCursor;
      if (cursor === null) break;
    }
    expect(forward.map((page) => page.length)).toEqual([5, 5, 5, 2]);
    const backward: string[][] = [];
    for (let cursor = last.body.previousCursor; cursor !== null;) {
      const { body, headers } = await read(cursor);
      backward.unshift(body.data.map(({ id }) => id));
      expect(headers.get("link")).toContain('rel="next"');
      expect(headers.get("link")?.includes('rel="prev"')).toBe(body.previousCursor !== null);
      cursor = body.previousCursor;
    }
    expect(backward).toEqual(forward.slice(0, 3));
  });

  it("reject a cursor of another sort", async () => {
    const integration = await createIntegration();
    await deliver(integration, [{ title: "a" }, { title: "b" }]);
    await flushed(integration);
    const path = `/v1/alerts?integrationId=${integration.id}&limit=1`;
    const { nextCursor } = (await api<Page>("GET", path)).body;
    expect((await api("GET", `${path}&cursor=${nextCursor}`)).status).toBe(200);
    expect((await api("GET", `${path}&sort=severity&cursor=${nextCursor}`)).status).toBe(400);
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
