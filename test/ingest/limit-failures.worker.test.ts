import { runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, it, vi } from "vitest";
import { toIngestId } from "../../src/lib/ingest-id.ts";
import { MINUTE } from "../../src/lib/time.ts";
import { Integration } from "../../src/objects/integration/object.ts";
import { recordObjectCalls } from "../support/object-calls.ts";
import {
  api,
  call,
  createIntegration,
  deliver,
  ingestPath,
  objectOf,
  type TestIntegration,
  until,
  withDatabase,
} from "../support/worker.ts";

/** More than FAILURE_LIMITER allows in a minute, even if a new minute starts during the test. */
const FLOOD = 202;

const from = (address: string) => ({ "cf-connecting-ip": address });
const outsider = (integration: TestIntegration): TestIntegration => ({ ...integration, secret: "a wrong guess" });

async function flood(send: (round: number) => Promise<{ status: number }>, rounds = FLOOD): Promise<number[]> {
  const statuses: number[] = [];
  for (let round = 0; round < rounds; round++) statuses.push((await send(round)).status);
  return statuses;
}

/** A well-formed ingest id that this deployment did not make. */
const madeUpId = () => toIngestId(crypto.randomUUID(), "a key of nobody");

const kinds = (statuses: number[]) => [...new Set(statuses)].toSorted();

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("an address that sends unverified deliveries", () => {
  it("gets 429 with the name of the limit", async () => {
    const integration = await createIntegration();
    const address = from("198.51.100.1");
    expect(kinds(await flood(() => deliver(outsider(integration), "{}", address)))).toEqual([401, 429]);
    const { status, headers, body } = await deliver(outsider(integration), "{}", address);
    expect([status, headers.get("retry-after")]).toEqual([429, "60"]);
    expect(body).toMatchObject({ detail: expect.stringContaining("FAILURE_LIMITER") });
  });

  it("still gets verified deliveries accepted, even right after a secret rotation", async () => {
    const integration = await createIntegration();
    const address = from("198.51.100.2");
    await flood(() => deliver(outsider(integration), "{}", address));
    expect((await deliver(integration, { title: "a" }, address)).status).toBe(202);
    const { body } = await api<{ secret: string }>("POST", `/v1/integrations/${integration.id}/rotate-secret`, {});
    const rotated = { ...integration, secret: body.secret };
    expect(await until(async () => (await deliver(rotated, { title: "b" }, address)).status === 202)).toBe(true);
    expect((await deliver(outsider(integration), "{}", address)).status).toBe(429);
  });

  it("wakes no object with made-up ids, and gets the same 404 for each", async () => {
    const config = vi.spyOn(Integration.prototype, "config");
    const guess = () => call("POST", `/in/${madeUpId()}`, { headers: from("198.51.100.3"), body: "{}" });
    expect(kinds(await flood(guess))).toEqual([404]);
    expect(config).not.toHaveBeenCalled();
  });

  it("gets a verified delivery accepted that is the isolate's first to its integration, after 105 made-up ids and 105 guesses", async () => {
    const [integration, other] = [await createIntegration(), await createIntegration()];
    const address = from("198.51.100.4");
    const guess = () => call("POST", `/in/${madeUpId()}`, { headers: address, body: "{}" });
    expect(kinds(await flood(guess, 105))).toEqual([404]);
    expect(kinds(await flood(() => deliver(outsider(other), "{}", address)))).toEqual([401, 429]);
    expect((await deliver(integration, { title: "honest" }, address)).status).toBe(202);
  });

  it("asks the object of a deleted integration once a second at most", async () => {
    const integration = await createIntegration();
    await api("DELETE", `/v1/integrations/${integration.id}`);
    const config = vi.spyOn(Integration.prototype, "config");
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 11_000 });
    expect(kinds(await flood(() => deliver(integration, {}), 20))).toEqual([404]);
    expect(config).toHaveBeenCalledTimes(1);
  });

  it("does not affect another address", async () => {
    const integration = await createIntegration();
    await flood(() => deliver(outsider(integration), "{}", from("2001:db8:9:1::1")));
    expect((await deliver(outsider(integration), "{}", from("2001:db8:9:1::2"))).status).toBe(429);
    expect((await deliver(outsider(integration), "{}", from("2001:db8:9:2::1"))).status).toBe(401);
  });
});

describe("a flood from many addresses", () => {
  const nested = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
  const attacks: [
    string,
    (integration: TestIntegration, address: Record<string, string>) => Promise<{ status: number }>,
  ][] = [
    ["wrongly signed", (to, address) => deliver(outsider(to), { title: "x" }, address)],
    ["not signed", ({ id }, address) => call("POST", ingestPath({ id }), { headers: address, body: "{}" })],
    ["deeply nested", (to, address) => deliver(outsider(to), nested, address)],
    ["compressed", (to, address) => deliver(outsider(to), "\x1f\x8b", { ...address, "content-encoding": "gzip" })],
    ["oversized", (to, address) => deliver(outsider(to), new Uint8Array(1024 * 1024 + 1), address)],
  ];

  it.each(attacks)(
    "of %s deliveries writes a bounded number of records, and no Postgres request",
    async (_, attack) => {
      const integration = await createIntegration();
      await deliver(integration, { title: "known" });
      await withDatabase("down", async () => {
        const statuses = await flood((round) => attack(integration, from(`203.0.113.${round}`)), 130);
        expect(kinds(statuses).every((status) => status === 401 || status === 413)).toBe(true);
        await runInDurableObject(objectOf(integration), (_instance, { storage }) => {
          const sizes = [
            ...storage.sql.exec<{ size: number }>("SELECT length(bodies) AS size FROM outbox WHERE key > 1"),
          ];
          // A new minute may start during the test.
          expect(sizes.length).toBeLessThanOrEqual(120);
          expect(Math.max(...sizes.map(({ size }) => size))).toBeLessThanOrEqual(16 * 1024);
        });
      });
    },
  );

  it("asks the object at most once a second", async () => {
    const integration = await createIntegration();
    const attack = (round: number) => deliver(outsider(integration), "{}", from(`198.18.0.${round}`));
    // In the middle of a minute, because the limit of records begins anew with each.
    const now = Math.ceil(Date.now() / MINUTE) * MINUTE + MINUTE / 2;
    vi.useFakeTimers({ toFake: ["Date"], now });
    await flood(attack, 100);
    const calls = recordObjectCalls();
    vi.setSystemTime(now + 1500);
    expect(kinds(await flood(attack, 100))).toEqual([401]);
    expect(calls).toEqual(["receive"]);
  });

  it("of unknown ids, keys and cookies makes no Postgres request", async () => {
    await withDatabase("down", async () => {
      const statuses = await flood(async (round) => {
        const headers = from(`203.0.113.${round}`);
        const asks = [
          call("POST", ingestPath({ id: crypto.randomUUID() }), { headers, body: "{}" }),
          call("POST", `/in/${madeUpId()}`, { headers, body: "{}" }),
          call("GET", "/v1/alerts", { headers: { ...headers, authorization: `Bearer tcs_${crypto.randomUUID()}` } }),
          call("GET", "/v1/alerts", {
            headers: { ...headers, cookie: `__Host-tocsin.session_token=${round}.forged` },
          }),
          call("GET", "/v1/alerts", { headers }),
        ];
        const replies = await Promise.all(asks);
        return { status: Math.max(...replies.map(({ status }) => status)) };
      }, 20);
      expect(kinds(statuses)).toEqual([404]);
    });
  });
});
