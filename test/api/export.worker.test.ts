import { env } from "cloudflare:workers";
import { fc, test as property } from "@fast-check/vitest";
import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { connect } from "../../src/db/client.ts";
import { exportDeliveries, listDeliveries } from "../../src/db/deliveries.ts";
import { type AlertFilter, listAlerts } from "../../src/db/alerts.ts";
import { newId } from "../../src/lib/ids.ts";
import {
  type Alert,
  alertsOf,
  api,
  ask,
  call,
  createIntegration,
  type Delivery,
  deliver,
  deliveriesOf,
  flushed,
  type TestIntegration,
  withDatabase,
} from "../support/worker.ts";

const db = () => connect(env);
const root = { authorization: `Bearer ${env.ROOT_API_KEY}` };

const textOf = async (response: Response): Promise<string> => new TextDecoder().decode(await response.arrayBuffer());

/** The lines of an export. */
async function exported<Item>(path: string): Promise<Item[]> {
  const response = await ask(path, root);
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "application/x-ndjson"]);
  const lines = (await textOf(response)).split("\n");
  expect(lines.pop()).toBe("");
  return lines.map((line) => JSON.parse(line) as Item);
}

/** Deliveries of an integration, so many, three of each instant, and an alert for each. */
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

describe("an export", () => {
  let many: TestIntegration;
  /** More than lies between the Worker and its client. */
  let large: TestIntegration;
  beforeAll(async () => {
    many = await withMany(450);
    large = await withMany(3000);
  });

  it.each(["alerts", "deliveries"])(
    "of %s is the list from its end, whole, over as many pages as that takes",
    async (what) => {
      const lines = await exported<Alert | Delivery>(`/v1/${what}/export?integrationId=${many.id}`);
      const list = what === "alerts" ? await alertsOf(many) : await deliveriesOf(many);
      expect(lines).toHaveLength(450);
      expect(lines).toEqual(list.toReversed());
    },
  );

  it("takes the filters of the list", async () => {
    const window = "since=2026-10-01T00:20:00Z&until=2026-10-01T01:00:00Z";
    for (const path of [
      `alerts%?integrationId=${many.id}&${window}`,
      `alerts%?integrationId=${many.id}&status=OPEN&status=CLOSED&severity=LOW`,
      `alerts%?integrationId=${many.id}&q=alert 1&${window}`,
      `deliveries%?integrationId=${many.id}&status=REJECTED`,
      `deliveries%?integrationId=${many.id}&${window}`,
    ]) {
      const list = await api<{ data: unknown[]; nextCursor: null }>("GET", `/v1/${path.replace("%", "")}&limit=200`);
      expect(list.body.nextCursor).toBeNull();
      expect(list.body.data.length).toBeGreaterThan(0);
      expect(await exported(`/v1/${path.replace("%", "/export")}`)).toEqual(list.body.data.toReversed());
    }
    const wrong = await api("GET", "/v1/alerts/export?status=SLEEPING&since=yesterday");
    expect([wrong.status, wrong.headers.get("content-type")]).toEqual([400, "application/problem+json"]);
  });

  it("goes on behind a line, as its answer says", async () => {
    const path = `/v1/deliveries/export?integrationId=${many.id}&status=ACCEPTED`;
    const all = await exported<Delivery>(path);
    const { headers } = await ask(path, root);
    const template = /^"(.+)"; rel="next"$/.exec(headers.get("link-template") ?? "")?.[1] ?? "";
    for (const at of [0, 1, 2, 100, 199, 200, all.length - 1]) {
      const next = new URL(template.replace("{id}", all[at]!.id));
      expect(await exported(next.pathname + next.search)).toEqual(all.slice(at + 1));
    }
    const bare = await ask("/v1/alerts/export?limit=1", root);
    await bare.body?.cancel();
    expect(bare.headers.get("link-template")).toBe(
      '"https://tocsin.test/v1/alerts/export?limit=1&after={id}"; rel="next"',
    );
  });

  it("goes on behind nothing that is not there, or out of readScope", async () => {
    const team = await api<{ id: string }>("POST", "/v1/teams", { name: "exports" });
    const { body } = await api<{ key: string }>("POST", "/v1/api-keys", {
      name: "exports",
      teamId: team.body.id,
      scopes: ["alerts:read", "deliveries:read"],
    });
    const [alert] = await alertsOf(many);
    const [delivery] = await deliveriesOf(many);
    for (const [path, headers] of [
      [`/v1/alerts/export?after=${newId()}`, root],
      [`/v1/deliveries/export?after=${newId()}`, root],
      [`/v1/alerts/export?after=${alert!.id}`, { authorization: `Bearer ${body.key}` }],
      [`/v1/deliveries/export?after=${delivery!.id}`, { authorization: `Bearer ${body.key}` }],
      ["/v1/alerts/export?after=x", root],
    ] as const) {
      const reply = await call("GET", path, { headers });
      expect([reply.status, JSON.stringify(reply.body)]).toEqual([400, expect.stringContaining("/after")]);
    }
    const ofTeam = await ask("/v1/alerts/export", { authorization: `Bearer ${body.key}` });
    expect([ofTeam.status, await textOf(ofTeam)]).toEqual([200, ""]);
  });

  it("is broken off, not ended, where a page fails; before the first one it is a problem", async () => {
    const logged = vi.spyOn(console, "error");
    const response = await ask(`/v1/deliveries/export?integrationId=${large.id}`, root);
    const reader = response.body!.getReader();
    expect((await reader.read()).done).toBe(false);
    await withDatabase("down", async () => {
      await expect(
        (async () => {
          while (!(await reader.read()).done);
        })(),
      ).rejects.toThrow();
      const refused = await api("GET", "/v1/deliveries/export");
      expect([refused.status, refused.headers.get("content-type")]).toEqual([503, "application/problem+json"]);
    });
    expect(JSON.stringify(logged.mock.calls)).toContain("export broke off");
  });

  it("is broken off, not ended, where its caller may no longer see it all", async () => {
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
      await expect(
        (async () => {
          while (!(await reader.read()).done);
        })(),
      ).rejects.toThrow();
    } finally {
      vi.useRealTimers();
    }
  });

  it("reads no more than its client takes", async () => {
    const response = await ask(`/v1/alerts/export?integrationId=${large.id}`, root);
    const reader = response.body!.getReader();
    await reader.read();
    // What was not read yet cannot come any more.
    await db().execute(sql`delete from alerts where integration_id = ${large.id}::uuid`);
    let lines = 0;
    for (let part = await reader.read(); !part.done; part = await reader.read())
      lines += new TextDecoder().decode(part.value).split("\n").length - 1;
    expect(lines).toBeLessThan(2000);
  });
});

describe("an export of bodies", () => {
  const bytesOf = async (id: string): Promise<Uint8Array> => {
    const response = await ask(`/v1/deliveries/${id}/payload`, root);
    return new Uint8Array(await response.arrayBuffer());
  };

  it("has each byte for byte, whatever it is", async () => {
    const integration = await createIntegration();
    const bodies = [
      `{ "id": "a",\n "title": "ä €  ${"long ".repeat(100)}", "n": 12345678901234567890 }`,
      "not JSON",
      new Uint8Array([123, 255, 0, 254, 125]),
      "",
    ];
    for (const body of bodies) await deliver(integration, body);
    await flushed(integration);
    const path = `/v1/deliveries/export?integrationId=${integration.id}`;
    const lines = await exported<Delivery & { payloadBase64: string }>(`${path}&includePayload=true`);
    expect(lines).toHaveLength(bodies.length);
    for (const { id, payloadBase64 } of lines) {
      const decoded = Uint8Array.from(atob(payloadBase64), (character) => character.charCodeAt(0));
      expect(decoded).toEqual(await bytesOf(id));
    }
    for (const line of await exported<Delivery>(path)) expect(line).not.toHaveProperty("payloadBase64");
  });

  it("reads so many at a time as are not too much together", async () => {
    const { id } = await createIntegration();
    await db()
      .execute(sql`insert into webhook_deliveries (id, integration_id, sequence, status, status_code, events, decision,
        headers, raw_payload, body_bytes, received_at)
      select gen_random_uuid(), ${id}::uuid, n, 'ACCEPTED', 202, '[]', '{}', '{}', '{}',
        (array[1500000, null, 10, 9000000, 20])[n % 5 + 1], now() from generate_series(1, 23) n`);
    const pages: number[] = [];
    for (let after = null; ;) {
      const page = await exportDeliveries(db(), "all", { integrationId: id }, after, 10, true);
      pages.push(page.length);
      const last = page.at(-1);
      if (!last) break;
      after = { sortedBy: last.receivedAt.getTime(), id: last.id } as never;
    }
    expect(pages.reduce((sum, length) => sum + length)).toBe(23);
    expect(pages.slice(0, -1).every((length) => length > 0 && length < 10)).toBe(true);
    expect(await exported(`/v1/deliveries/export?integrationId=${id}&includePayload=true`)).toHaveLength(23);
  });
});

describe("the order from the oldest on", () => {
  const limits = fc.integer({ min: 1, max: 70 });

  property.prop([limits, fc.constantFrom<AlertFilter["status"][]>(undefined, ["OPEN"], ["OPEN", "CLOSED"])], {
    numRuns: 20,
  })("is the one from the newest on, turned round, in pages of any length", async (limit, status) => {
    const { id: integrationId } = await sample();
    const filter = { integrationId, status };
    const seen: string[] = [];
    for (let after = null; ;) {
      const page = await listAlerts(db(), "all", filter, after, limit, "oldest first");
      seen.push(...page.map(({ id }) => id));
      const last = page.at(-1);
      if (!last) break;
      after = { sortedBy: last.triggeredAt.getTime(), id: last.id } as never;
    }
    const all = await listAlerts(db(), "all", filter, null, 1000);
    expect(seen).toEqual(all.map(({ id }) => id).toReversed());
    const deliveries = await listDeliveries(db(), "all", { integrationId }, null, 1000);
    const exportedOnes = await exportDeliveries(db(), "all", { integrationId }, null, 1000, false);
    expect(exportedOnes.map(({ id }) => id)).toEqual(deliveries.map(({ id }) => id).toReversed());
  });

  let made: Promise<TestIntegration> | undefined;
  const sample = () => (made ??= withMany(60));
});
