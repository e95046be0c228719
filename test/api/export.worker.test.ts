import { env } from "cloudflare:workers";
import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { connect } from "../../src/db/client.ts";
import { newId } from "../../src/lib/ids.ts";
import {
  type Alert,
  alertsOf,
  api,
  ask,
  call,
  createIntegration,
  type Delivery,
  deliveriesOf,
  type TestIntegration,
  withDatabase,
} from "../support/worker.ts";
import { exportedLines, textOf } from "./exported.ts";

const db = () => connect(env);
const root = { authorization: `Bearer ${env.ROOT_API_KEY}` };

/** Creates an integration with deliveries, three of each time, and as many alerts. */
async function withMany(count: number): Promise<TestIntegration> {
  const integration = await createIntegration();
  await db()
    .execute(sql`insert into webhook_deliveries (id, integration_id, sequence, status, status_code, events, decision,
      headers, raw_payload, received_at)
    select gen_random_uuid(), ${integration.id}::uuid, n, (array['ACCEPTED','DUPLICATE','REJECTED'])[n % 4 % 3 + 1]::delivery_status,
      202, '[]', '{}', '{}', json_build_object('n', n), timestamptz '2026-10-01' + n / 3 * interval '1 minute'
    from generate_series(1, ${count}) n`);
  await db()
    .execute(sql`insert into alerts (id, integration_id, title, severity, status, triggered_at, last_seen_at, version)
    select gen_random_uuid(), ${integration.id}::uuid, 'alert ' || n, (array['HIGH','LOW'])[n % 2 + 1]::alert_severity,
      (array['OPEN','RESOLVED','CLOSED'])[n % 5 % 3 + 1]::alert_status, timestamptz '2026-10-01' + n / 3 * interval '1 minute',
      now(), 1
    from generate_series(1, ${count}) n`);
  return integration;
}

/** Reads until the end. */
async function drain(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  while (!(await reader.read()).done);
}

/** A delivery as an export has it: without what the list says about its integration and alerts. */
const exported = ({ integrationName: _, provider: _1, alerts: _2, remedy: _3, ...fields }: Partial<Delivery>) => fields;

describe("an export", () => {
  let many: TestIntegration;
  /** With more data than the buffers between the Worker and its client hold. */
  let large: TestIntegration;
  beforeAll(async () => {
    many = await withMany(450);
    large = await withMany(3000);
  });

  it.each(["alerts", "deliveries"])(
    "of %s as CSV has the same rows, with the names of the fields above",
    async (what) => {
      const path = `/v1/${what}/export?integrationId=${many.id}`;
      const lines = await exportedLines<Alert | Delivery>(path);
      const { status, headers, body } = await call<string>("GET", `${path}&format=csv`, { headers: root });
      expect([status, headers.get("content-type"), headers.get("content-disposition")]).toEqual([
        200,
        "text/csv; charset=utf-8",
        `attachment; filename="${what}.csv"`,
      ]);
      const [head = "", ...rows] = body.trimEnd().split("\r\n");
      expect(head.split(",").toSorted()).toEqual(Object.keys(lines[0] ?? {}).toSorted());
      expect(rows.map((row) => row.split(",")[0])).toEqual(lines.map(({ id }) => id));
      const rest = await call<string>("GET", `${path}&format=csv&cursor=${lines[1]?.id}`, { headers: root });
      expect(rest.body.trimEnd().split("\r\n")).toEqual(rows.slice(2));
    },
  );

  it.each(["alerts", "deliveries"])("of %s is the complete list in the reverse order", async (what) => {
    const lines = await exportedLines<Alert | Delivery>(`/v1/${what}/export?integrationId=${many.id}`);
    const list = what === "alerts" ? await alertsOf(many) : await deliveriesOf(many);
    expect(lines).toHaveLength(450);
    expect(lines).toEqual(list.toReversed().map(exported));
  });

  const WINDOW = "since=2026-10-01T00:20:00Z&until=2026-10-01T01:00:00Z";

  it.each([
    ["alerts", WINDOW],
    ["alerts", "status=OPEN&status=CLOSED&severity=LOW"],
    ["alerts", `query="alert 1"&${WINDOW}`],
    ["deliveries", "status=REJECTED"],
    ["deliveries", WINDOW],
  ])("of %s with the filter %j has the rows of the list", async (what, filter) => {
    const query = `integrationId=${many.id}&${filter}`;
    const list = await api<{ data: Delivery[]; nextCursor: null }>("GET", `/v1/${what}?${query}&limit=200`);
    expect(list.body.nextCursor).toBeNull();
    expect(list.body.data.length).toBeGreaterThan(0);
    expect(await exportedLines(`/v1/${what}/export?${query}`)).toEqual(list.body.data.toReversed().map(exported));
  });

  it("rejects an invalid filter with a problem", async () => {
    const reply = await api("GET", "/v1/alerts/export?status=SLEEPING&since=yesterday");
    expect([reply.status, reply.headers.get("content-type")]).toEqual([400, "application/problem+json"]);
  });

  it("continues after a line, with the URL of the Link-Template header", async () => {
    const path = `/v1/deliveries/export?integrationId=${many.id}&status=ACCEPTED`;
    const all = await exportedLines<Delivery>(path);
    const { headers } = await ask(path, root);
    const template = /^"(.+)"; rel="next"$/.exec(headers.get("link-template") ?? "")?.[1] ?? "";
    for (const at of [0, 1, 2, 100, 199, 200, all.length - 1]) {
      const next = new URL(template.replace("{id}", all[at]!.id));
      expect(await exportedLines(next.pathname + next.search)).toEqual(all.slice(at + 1));
    }
    const bare = await ask("/v1/alerts/export?query=a", root);
    await bare.body?.cancel();
    expect(bare.headers.get("link-template")).toBe(
      '"https://tocsin.test/v1/alerts/export?query=a&cursor={id}"; rel="next"',
    );
  });

  it("rejects a cursor that is invalid, unknown or of another team", async () => {
    const team = await api<{ id: string }>("POST", "/v1/teams", { name: "exports" });
    const { body } = await api<{ key: string }>("POST", "/v1/api-keys", {
      name: "exports",
      teamId: team.body.id,
      scopes: ["alerts:read", "deliveries:read"],
    });
    const ofTeam = { authorization: `Bearer ${body.key}` };
    const [alert] = await alertsOf(many);
    const [delivery] = await deliveriesOf(many);
    for (const [path, headers] of [
      [`/v1/alerts/export?cursor=${newId()}`, root],
      [`/v1/deliveries/export?cursor=${newId()}`, root],
      [`/v1/alerts/export?cursor=${alert!.id}`, ofTeam],
      [`/v1/deliveries/export?cursor=${delivery!.id}`, ofTeam],
      ["/v1/alerts/export?cursor=x", root],
    ] as const) {
      const reply = await call("GET", path, { headers });
      expect([reply.status, JSON.stringify(reply.body)]).toEqual([400, expect.stringContaining("/cursor")]);
    }
    const empty = await ask("/v1/alerts/export", ofTeam);
    expect([empty.status, await textOf(empty)]).toEqual([200, ""]);
  });

  it("is a problem when the first page fails, and aborts the connection when a later one does", async () => {
    const logged = vi.spyOn(console, "error");
    const response = await ask(`/v1/deliveries/export?integrationId=${large.id}`, root);
    const reader = response.body!.getReader();
    expect((await reader.read()).done).toBe(false);
    await withDatabase("down", async () => {
      await expect(drain(reader)).rejects.toThrow();
      const rejected = await api("GET", "/v1/deliveries/export");
      expect([rejected.status, rejected.headers.get("content-type")]).toEqual([503, "application/problem+json"]);
    });
    expect(JSON.stringify(logged.mock.calls)).toContain("export interrupted");
  });

  it("aborts the connection when the caller loses access", async () => {
    const { body } = await api<{ id: string; key: string }>("POST", "/v1/api-keys", {
      name: "exports",
      scopes: ["deliveries:read"],
    });
    const key = { authorization: `Bearer ${body.key}` };
    const reader = (await ask(`/v1/deliveries/export?integrationId=${large.id}`, key)).body!.getReader();
    expect((await reader.read()).done).toBe(false);
    await db().execute(sql`update api_keys set scopes = '{alerts:read}' where id = ${body.id}::uuid`);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 60_000 });
    try {
      await expect(drain(reader)).rejects.toThrow();
    } finally {
      vi.useRealTimers();
    }
  });

  it("reads a page only when the client has read the page before it", async () => {
    const response = await ask(`/v1/alerts/export?integrationId=${large.id}`, root);
    const reader = response.body!.getReader();
    await reader.read();
    // Rows that were not read before cannot appear after this.
    await db().execute(sql`delete from alerts where integration_id = ${large.id}::uuid`);
    let lines = 0;
    for (let part = await reader.read(); !part.done; part = await reader.read())
      lines += new TextDecoder().decode(part.value).split("\n").length - 1;
    expect(lines).toBeLessThan(2000);
  });
});
