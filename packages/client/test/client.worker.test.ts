import { env, exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { createTocsinClient, type Schemas } from "../src/index.ts";
import { deliver, flushed } from "../../../test/support/worker.ts";

const worker = (exports as unknown as { default: Fetcher }).default;

const clientWith = (apiKey?: string) =>
  createTocsinClient({
    baseUrl: "https://tocsin.test",
    ...(apiKey !== undefined && { apiKey }),
    fetch: (request) => worker.fetch(request),
  });

const client = clientWith(env.ROOT_API_KEY);

async function integration(): Promise<Schemas["CreatedIntegration"]> {
  const { data, error } = await client.POST("/v1/integrations", {
    params: { header: { "Idempotency-Key": crypto.randomUUID() } },
    body: { name: "Typed", provider: "generic" },
  });
  if (!data) throw new Error(error.detail);
  return data;
}

describe("the typed client", () => {
  it("connects a source, lists its alerts and gets its delivery", async () => {
    const source = await integration();
    expect(source).toMatchObject({ name: "Typed", deduplicationWindowMinutes: 15, secret: expect.any(String) });
    const sent = await deliver(source, { title: "Disk full", severity: "critical", labels: { service: "checkout" } });
    await flushed(source);

    const { data: page } = await client.GET("/v1/alerts", {
      params: {
        query: { integrationId: source.id, status: ["OPEN", "ACKNOWLEDGED"], label: { service: "checkout" }, limit: 5 },
      },
    });
    expect(page).toMatchObject({ data: [{ title: "Disk full", severity: "CRITICAL" }], nextCursor: null });
    const none = await client.GET("/v1/alerts", {
      params: { query: { integrationId: source.id, label: { service: "other" } } },
    });
    expect(none.data?.data).toEqual([]);

    const { data: delivery } = await client.GET("/v1/deliveries/{id}", {
      params: { path: { id: sent.body.deliveryId } },
    });
    expect(delivery).toMatchObject({ status: "ACCEPTED", alertId: page?.data[0]?.id });

    const change = await client.PATCH("/v1/alerts/{id}", {
      params: { path: { id: page?.data[0]?.id ?? "" } },
      body: { status: "ACKNOWLEDGED" },
    });
    expect(change.data?.status).toBe("ACKNOWLEDGED");
  });

  it("gives problem details for what is refused", async () => {
    const { data, error, response } = await client.GET("/v1/alerts/{id}", {
      params: { path: { id: crypto.randomUUID() } },
    });
    expect([data, response.status, error?.type]).toEqual([undefined, 404, "urn:tocsin:problem:not-found"]);
  });

  it("needs no key for what asks nobody", async () => {
    const open = clientWith();
    expect((await open.GET("/healthz")).data).toEqual({ status: "ok", version: expect.stringMatching(/./) });
    expect((await open.GET("/v1/alerts")).response.status).toBe(401);
  });

  it("refuses to compile what the API does not take", () => {
    // Never called: the type check reads it.
    const unused = async () => {
      // @ts-expect-error no such severity
      await client.GET("/v1/alerts", { params: { query: { severity: "PURPLE" } } });
      // @ts-expect-error no such path
      await client.GET("/v1/nowhere");
      // @ts-expect-error the name is missing
      await client.POST("/v1/integrations", { body: { provider: "generic" } });
    };
    expect(unused).toEqual(expect.any(Function));
  });
});
