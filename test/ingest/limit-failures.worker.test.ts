import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import {
  api,
  call,
  createIntegration,
  deliver,
  objectOf,
  type TestIntegration,
  until,
  withDatabase,
} from "../support/worker.ts";

/** More than FAILURE_LIMITER lets through in a minute, also if the minute turns meanwhile. */
const FLOOD = 202;

const from = (address: string) => ({ "cf-connecting-ip": address });
const stranger = (integration: TestIntegration): TestIntegration => ({ ...integration, secret: "a wrong guess" });

async function flood(send: (round: number) => Promise<{ status: number }>, rounds = FLOOD): Promise<number[]> {
  const statuses: number[] = [];
  for (let round = 0; round < rounds; round++) statuses.push((await send(round)).status);
  return statuses;
}

const kinds = (statuses: number[]) => [...new Set(statuses)].toSorted();

describe("an address that sends what proves nothing", () => {
  it("is told so, with the limit's name", async () => {
    const integration = await createIntegration();
    const address = from("198.51.100.1");
    expect(kinds(await flood(() => deliver(stranger(integration), "{}", address)))).toEqual([401, 429]);
    const { status, headers, body } = await deliver(stranger(integration), "{}", address);
    expect([status, headers.get("retry-after")]).toEqual([429, "60"]);
    expect(body).toMatchObject({ detail: expect.stringContaining("FAILURE_LIMITER") });
  });

  it("takes nothing from who proves itself there, also with a secret that the edge has not heard of", async () => {
    const integration = await createIntegration();
    const address = from("198.51.100.2");
    await flood(() => deliver(stranger(integration), "{}", address));
    expect((await deliver(integration, { title: "a" }, address)).status).toBe(202);
    const { body } = await api<{ secret: string }>("POST", `/v1/integrations/${integration.id}/rotate-secret`, {});
    const rotated = { ...integration, secret: body.secret };
    expect(await until(async () => (await deliver(rotated, { title: "b" }, address)).status === 202)).toBe(true);
    expect((await deliver(stranger(integration), "{}", address)).status).toBe(429);
  });

  it("may not make up one id after the other", async () => {
    const address = from("198.51.100.3");
    const guess = () => call("POST", `/in/${crypto.randomUUID()}`, { headers: address, body: "{}" });
    expect(kinds(await flood(guess))).toEqual([404, 429]);
  });

  it("is not mistaken for another", async () => {
    const integration = await createIntegration();
    await flood(() => deliver(stranger(integration), "{}", from("2001:db8:9:1::1")));
    expect((await deliver(stranger(integration), "{}", from("2001:db8:9:1::2"))).status).toBe(429);
    expect((await deliver(stranger(integration), "{}", from("2001:db8:9:2::1"))).status).toBe(401);
  });
});

describe("a flood from everywhere", () => {
  const nested = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
  const attacks: [
    string,
    (integration: TestIntegration, address: Record<string, string>) => Promise<{ status: number }>,
  ][] = [
    ["wrongly signed", (to, address) => deliver(stranger(to), { title: "x" }, address)],
    ["not signed", ({ id }, address) => call("POST", `/in/${id}`, { headers: address, body: "{}" })],
    ["deeply nested", (to, address) => deliver(stranger(to), nested, address)],
    ["compressed", (to, address) => deliver(stranger(to), "\x1f\x8b", { ...address, "content-encoding": "gzip" })],
    ["oversized", (to, address) => deliver(stranger(to), new Uint8Array(1024 * 1024 + 1), address)],
  ];

  it.each(attacks)(
    "of what is %s writes no more than the bounded trace, and asks Postgres for nothing",
    async (_, attack) => {
      const integration = await createIntegration();
      await deliver(integration, { title: "known" });
      await withDatabase("down", async () => {
        const statuses = await flood((round) => attack(integration, from(`203.0.113.${round}`)), 130);
        expect(kinds(statuses).every((status) => status === 401 || status === 413)).toBe(true);
        await runInDurableObject(objectOf(integration), (_instance, { storage }) => {
          const sizes = [
            ...storage.sql.exec<{ size: number }>("SELECT length(body) AS size FROM outbox WHERE row > 1"),
          ];
          // The minute may turn meanwhile.
          expect(sizes.length).toBeLessThanOrEqual(120);
          expect(Math.max(...sizes.map(({ size }) => size))).toBeLessThanOrEqual(16 * 1024);
        });
      });
    },
  );

  it("of made-up ids, keys and cookies asks Postgres for nothing", async () => {
    await withDatabase("down", async () => {
      const statuses = await flood(async (round) => {
        const headers = from(`203.0.113.${round}`);
        const asks = [
          call("POST", `/in/${crypto.randomUUID()}`, { headers, body: "{}" }),
          call("GET", "/v1/alerts", { headers: { ...headers, authorization: `Bearer tcs_${crypto.randomUUID()}` } }),
          call("GET", "/v1/alerts", {
            headers: { ...headers, cookie: `__Secure-tocsin.session_token=${round}.forged` },
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
